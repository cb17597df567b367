import { Injectable } from '@nestjs/common';
import { type MergePreview, MOST_TAGS } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';

/** A machine at the moment of a merge. */
export interface MergedMachine {
  readonly id: string;
  readonly hostname: string;
  readonly smbiosUuid: string | null;
  readonly machineGuid: string | null;
  readonly online: boolean;
  readonly retired: boolean;
  readonly activeRun: boolean;
}

/** What a merge moved, or would move. */
export type Moved = MergePreview['moves'];

const MACHINE = `m.id, m.hostname, m.smbios_uuid AS "smbiosUuid", m.machine_guid AS "machineGuid", m.online,
  m.retired_at IS NOT NULL AS retired,
  EXISTS (SELECT 1 FROM runs r WHERE r.machine_id = m.id AND r.state <> 'ended') AS "activeRun"`;

/** Whether the kept machine ($2) has told of the same occurrence as the other one (`f`) itself. */
const TOLD_TWICE = `EXISTS (
  SELECT 1 FROM failures k
   WHERE k.machine_id = $2 AND k.occurred_at = f.occurred_at AND k.code = f.code AND k.phase = f.phase
     AND (k.update_id, k.kb) IS NOT DISTINCT FROM (f.update_id, f.kb))`;
const SUCCESS_TOLD_TWICE = `EXISTS (
  SELECT 1 FROM successes k
   WHERE k.machine_id = $2 AND k.occurred_at = s.occurred_at AND k.phase = s.phase
     AND (k.update_id, k.kb) IS NOT DISTINCT FROM (s.update_id, s.kb))`;

/** Makes the history of one machine that of another. */
@Injectable()
export class MergesRepository {
  machines(database: Queryable, ids: readonly string[]): Promise<MergedMachine[]> {
    return database.query<MergedMachine>(
      `SELECT ${MACHINE} FROM machines m WHERE m.id = ANY ($1::uuid[])`,
      [ids],
    );
  }

  /** The machines' rows are nobody else's until the transaction ends: no report, no new run, no connection. */
  async lock(transaction: Transaction, ids: readonly string[]): Promise<MergedMachine[]> {
    await transaction.query(
      'SELECT id FROM machines WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
      [ids],
    );
    return this.machines(transaction, ids);
  }

  /** What {@link move} would move, and how many failures are open on the machine that ends. */
  async count(
    database: Queryable,
    from: string,
    to: string,
  ): Promise<Moved & { readonly open: number }> {
    const [row] = await database.query<Moved & { open: number }>(
      `SELECT (SELECT count(*) FROM failures f WHERE f.machine_id = $1 AND NOT ${TOLD_TWICE})::int AS failures,
              (SELECT count(*) FROM successes s WHERE s.machine_id = $1 AND NOT ${SUCCESS_TOLD_TWICE})::int AS successes,
              (SELECT count(*) FROM runs WHERE machine_id = $1)::int AS runs,
              (SELECT count(*) FROM rejected_orders WHERE machine_id = $1)::int AS "rejectedOrders",
              (SELECT count(*) FROM machine_fingerprints WHERE machine_id = $1 AND state = 'open')::int AS open`,
      [from, to],
    );
    if (!row) throw new Error('A count has no row.');
    return row;
  }

  /**
   * Moves what happened on `from` to `to`. What both told of the same occurrence stays with the retired one, so that
   * nothing is there twice and nothing is deleted. Nothing may be open on `from` any more.
   */
  async move(transaction: Transaction, from: string, to: string): Promise<Moved> {
    const count = async (sql: string) => {
      const [row] = await transaction.query<{ moved: number }>(
        `WITH moved AS (${sql} RETURNING 1) SELECT count(*)::int AS moved FROM moved`,
        [from, to],
      );
      return row?.moved ?? 0;
    };
    await this.moveFingerprints(transaction, from, to);
    const failures = await count(
      `UPDATE failures f SET machine_id = $2 WHERE f.machine_id = $1 AND NOT ${TOLD_TWICE}`,
    );
    const successes = await count(
      `UPDATE successes s SET machine_id = $2 WHERE s.machine_id = $1 AND NOT ${SUCCESS_TOLD_TWICE}`,
    );
    const runs = await count('UPDATE runs SET machine_id = $2 WHERE machine_id = $1');
    const rejectedOrders = await count(
      'UPDATE rejected_orders SET machine_id = $2 WHERE machine_id = $1',
    );
    await this.moveLabels(transaction, from, to);
    await transaction.query('UPDATE machines SET merged_into = $2 WHERE id = $1', [from, to]);
    return { failures, successes, runs, rejectedOrders };
  }

  /** The site, where `to` has none of its own, and the tags, as far as there is room for them. */
  private async moveLabels(transaction: Transaction, from: string, to: string): Promise<void> {
    await transaction.query(
      `UPDATE machines k SET site = o.site FROM machines o
        WHERE o.id = $1 AND k.id = $2 AND k.site IS NULL AND o.site IS NOT NULL`,
      [from, to],
    );
    await transaction.query(
      `INSERT INTO machine_tags (machine_id, tag)
       SELECT $2, tag FROM machine_tags t
        WHERE machine_id = $1
          AND NOT EXISTS (SELECT 1 FROM machine_tags h WHERE h.machine_id = $2 AND h.tag = t.tag)
        ORDER BY tag LIMIT (SELECT ${MOST_TAGS} - count(*) FROM machine_tags WHERE machine_id = $2)`,
      [from, to],
    );
  }

  /**
   * What had failed on `from` has failed on `to`; where it had there, too, it is one machine now. How it stands is what
   * the machine that goes on has told.
   */
  private async moveFingerprints(
    transaction: Transaction,
    from: string,
    to: string,
  ): Promise<void> {
    await transaction.query(
      `WITH both_have AS (
         DELETE FROM machine_fingerprints o USING machine_fingerprints k
          WHERE o.machine_id = $1 AND k.machine_id = $2 AND k.fingerprint_id = o.fingerprint_id
         RETURNING o.fingerprint_id, o.occurrences, o.first_seen_at, o.last_seen_at,
           (SELECT count(*) FROM failures f
             WHERE f.machine_id = $1 AND f.fingerprint_id = o.fingerprint_id AND ${TOLD_TWICE})::int AS twice),
       joined AS (
         UPDATE machine_fingerprints k
            SET occurrences = k.occurrences + greatest(b.occurrences - b.twice, 0),
                first_seen_at = least(k.first_seen_at, b.first_seen_at),
                last_seen_at = greatest(k.last_seen_at, b.last_seen_at)
           FROM both_have b WHERE k.machine_id = $2 AND k.fingerprint_id = b.fingerprint_id),
       locked AS (
         SELECT f.id FROM fingerprints f JOIN both_have b ON b.fingerprint_id = f.id
          ORDER BY f.id FOR NO KEY UPDATE OF f)
       UPDATE fingerprints f SET machines = greatest(f.machines - 1, 0) FROM locked WHERE f.id = locked.id`,
      [from, to],
    );
    await transaction.query(
      'UPDATE machine_fingerprints SET machine_id = $2 WHERE machine_id = $1',
      [from, to],
    );
  }
}
