import { Injectable } from '@nestjs/common';
import type { DuplicateEvidence } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A value of a hint; for `key` the id of the machine whose key was copied. */
export interface HintValue {
  readonly hint: DuplicateEvidence;
  readonly value: string;
}

export interface SharedHintRow extends HintValue {
  readonly machines: number;
  readonly firstSeenAt: Date;
}

/** How many machines that are not retired have the value `v.value` of the hint `v.hint`. */
const COUNT = `CASE v.hint
  WHEN 'smbios-uuid' THEN (SELECT count(*) FROM machines m WHERE m.smbios_uuid = v.value AND m.retired_at IS NULL)
  WHEN 'machine-guid' THEN (SELECT count(*) FROM machines m WHERE m.machine_guid = v.value AND m.retired_at IS NULL)
  WHEN 'hostname' THEN (SELECT count(*) FROM machines m WHERE lower(m.hostname) = v.value AND m.retired_at IS NULL)
  ELSE (SELECT count(*) FROM machines m WHERE m.cloned_from = v.value::uuid AND m.retired_at IS NULL)
  END::int`;

/** Hints that too many machines have to say anything about one of them. */
@Injectable()
export class SharedHintsRepository {
  /** Those that so many have; for a copied key `value` is the name of its machine. Most machines first. */
  shown(database: Queryable): Promise<SharedHintRow[]> {
    return database.query<SharedHintRow>(
      `SELECT s.hint, CASE s.hint WHEN 'key' THEN coalesce(m.hostname, s.value) ELSE s.value END AS value,
              s.machines, s.first_seen_at AS "firstSeenAt"
         FROM shared_hints s
         LEFT JOIN machines m ON s.hint = 'key' AND m.id::text = s.value
        ORDER BY s.machines DESC, s.hint, s.value LIMIT 200`,
    );
  }

  all(database: Queryable): Promise<HintValue[]> {
    return database.query<HintValue>('SELECT hint, value FROM shared_hints');
  }

  /** Counts who has these values now, and keeps those that more than `limit` machines have. */
  async note(
    transaction: Transaction,
    values: readonly HintValue[],
    limit: number,
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO shared_hints AS s (hint, value, machines, first_seen_at)
       SELECT hint, value, machines, $4
         FROM (SELECT v.hint, v.value, ${COUNT} AS machines
                 FROM unnest($1::text[], $2::text[]) AS v (hint, value)) counted
        WHERE machines > $3 ORDER BY hint, value
       ON CONFLICT (hint, value) DO UPDATE SET machines = excluded.machines`,
      [values.map(({ hint }) => hint), values.map(({ value }) => value), limit, now],
    );
  }

  /** Counts all of them anew and forgets those that no more than `limit` machines have; says whether that changed one. */
  async refresh(transaction: Transaction, limit: number): Promise<boolean> {
    const changed = await transaction.query(
      `WITH counted AS (SELECT v.hint, v.value, v.machines AS before, ${COUNT} AS machines FROM shared_hints v),
       gone AS (
         DELETE FROM shared_hints s USING counted c
          WHERE c.hint = s.hint AND c.value = s.value AND c.machines <= $1 RETURNING 1)
       UPDATE shared_hints s SET machines = c.machines FROM counted c
        WHERE c.hint = s.hint AND c.value = s.value AND c.machines > $1 AND c.machines <> c.before
       RETURNING 1`,
      [limit],
    );
    return changed.length > 0;
  }
}
