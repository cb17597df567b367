import { Injectable } from '@nestjs/common';
import type { affectedMachineQuerySchema, FingerprintQuery } from '@fleetmend/dashboard-api';
import type { Phase, UpdateKind, UpdateSource } from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable } from '../../platform/database';
import { anywhere, decodeCursor, SqlConditions } from '../../platform/paging';

/** A fingerprint with what is counted of it. */
export interface FingerprintRow {
  readonly id: string;
  readonly code: string;
  readonly extendedCode: string | null;
  readonly phase: Phase;
  readonly update: string | null;
  readonly updateTitle: string | null;
  readonly updateKind: UpdateKind;
  readonly updateSource: UpdateSource;
  readonly osFamily: string;
  readonly openMachines: number;
  readonly machines: number;
  readonly occurrences: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

export interface AffectedMachineRow {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly osName: string | null;
  readonly state: 'open' | 'closed' | 'superseded';
  readonly occurrences: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly runId: string | null;
  readonly runState: string | null;
  readonly runVerdict: string | null;
}

const COLUMNS = `
  f.id, f.code, f.extended_code AS "extendedCode", f.phase, f.update, f.update_title AS "updateTitle",
  f.update_kind AS "updateKind", f.update_source AS "updateSource", f.os_family AS "osFamily",
  f.open_machines AS "openMachines", f.machines, f.occurrences, f.first_seen_at AS "firstSeenAt",
  f.last_seen_at AS "lastSeenAt"`;

/** Sort keys are compared as PostgreSQL has them: text with all digits of a timestamp, so that no row is skipped. */
const SORTS = {
  machines: { column: 'f.open_machines', type: 'integer', order: 'DESC' },
  'last-seen': { column: 'f.last_seen_at', type: 'timestamptz', order: 'DESC' },
  'first-seen': { column: 'f.first_seen_at', type: 'timestamptz', order: 'DESC' },
} as const;

type AffectedMachineQuery = z.infer<typeof affectedMachineQuerySchema>;
const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** Reads fingerprints. No query here looks at single failures. */
@Injectable()
export class FingerprintsRepository {
  async page(
    database: Queryable,
    query: FingerprintQuery,
    codes: readonly string[],
  ): Promise<{ rows: (FingerprintRow & { sortKey: string })[]; total: number }> {
    const matching = (conditions: SqlConditions) => this.filter(conditions, query, codes);
    const counted = matching(new SqlConditions());
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM fingerprints f WHERE ${counted.sql}`,
      counted.parameters,
    );
    const { column, type } = SORTS[query.sort];
    const conditions = matching(new SqlConditions(query.limit + 1));
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add((key, id) => `(${column}, f.id) < (${key}::${type}, ${id}::uuid)`, ...after);
    }
    const rows = await database.query<FingerprintRow & { sortKey: string }>(
      `SELECT ${COLUMNS}, ${column}::text AS "sortKey" FROM fingerprints f WHERE ${conditions.sql}
        ORDER BY ${column} DESC, f.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  private filter(
    conditions: SqlConditions,
    query: FingerprintQuery,
    codes: readonly string[],
  ): SqlConditions {
    if (query.state === 'open') conditions.add(() => 'f.open_machines > 0');
    if (query.phase !== undefined) conditions.add((phase) => `f.phase = ${phase}`, query.phase);
    if (query.search !== undefined && query.search !== '') {
      conditions.add(
        (found, text) => `f.code = ANY (${found}::text[]) OR lower(f.code) LIKE ${text}
          OR lower(f.update) LIKE ${text} OR lower(f.update_title) LIKE ${text}
          OR lower(f.os_family) LIKE ${text}`,
        codes,
        anywhere(query.search.toLowerCase()),
      );
    }
    return conditions;
  }

  async find(database: Queryable, id: string): Promise<FingerprintRow | undefined> {
    const [row] = await database.query<FingerprintRow>(
      `SELECT ${COLUMNS} FROM fingerprints f WHERE f.id = $1`,
      [id],
    );
    return row;
  }

  /** Failures per day since the day of `since` (UTC), by fingerprint. */
  async failuresByDay(
    database: Queryable,
    ids: readonly string[],
    since: Date,
  ): Promise<{ fingerprintId: string; day: string; failures: number }[]> {
    return database.query(
      `SELECT fingerprint_id AS "fingerprintId", to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
              sum(failures)::int AS failures
         FROM fingerprint_hours
        WHERE fingerprint_id = ANY ($1::uuid[]) AND hour >= $2
        GROUP BY 1, 2`,
      [ids, since],
    );
  }

  /** Runs by fingerprint and verdict; a null verdict counts those that have not ended. */
  async runsByVerdict(
    database: Queryable,
    ids: readonly string[],
  ): Promise<{ fingerprintId: string; verdict: string | null; runs: number }[]> {
    return database.query(
      `SELECT fingerprint_id AS "fingerprintId", verdict, count(*)::int AS runs
         FROM runs WHERE fingerprint_id = ANY ($1::uuid[]) GROUP BY 1, 2`,
      [ids],
    );
  }

  async affected(
    database: Queryable,
    id: string,
    query: AffectedMachineQuery,
  ): Promise<{ rows: (AffectedMachineRow & { sortKey: string })[]; total: number }> {
    const open = query.state === 'open' ? `AND mf.state = 'open'` : '';
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM machine_fingerprints mf
         JOIN machines m ON m.id = mf.machine_id AND m.retired_at IS NULL
        WHERE mf.fingerprint_id = $1 ${open}`,
      [id],
    );
    const conditions = new SqlConditions(id, query.limit + 1);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (at, machine) =>
          `(mf.last_seen_at, mf.machine_id) < (${at}::timestamptz, ${machine}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<AffectedMachineRow & { sortKey: string }>(
      `SELECT m.id AS "machineId", m.hostname, m.online, m.os_name AS "osName", mf.state, mf.occurrences,
              mf.first_seen_at AS "firstSeenAt", mf.last_seen_at AS "lastSeenAt", r.id AS "runId",
              r.state AS "runState", r.verdict AS "runVerdict", mf.last_seen_at::text AS "sortKey"
         FROM machine_fingerprints mf
         JOIN machines m ON m.id = mf.machine_id AND m.retired_at IS NULL
         LEFT JOIN LATERAL (
           SELECT id, state, verdict FROM runs
            WHERE machine_id = mf.machine_id AND fingerprint_id = mf.fingerprint_id
            ORDER BY created_at DESC, id DESC LIMIT 1) r ON true
        WHERE mf.fingerprint_id = $1 ${open} AND ${conditions.sql}
        ORDER BY mf.last_seen_at DESC, mf.machine_id DESC LIMIT $2`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** The numbers of the overview that are about machines, failures and runs. */
  async overview(
    database: Queryable,
    moments: { readonly newSince: Date; readonly fixedSince: Date },
  ): Promise<Record<string, number>> {
    const [numbers] = await database.query<Record<string, number>>(
      `SELECT m.machines, m.online, m.failing AS "failingMachines", f.open AS "openFingerprints",
              f.new AS "newFingerprints",
              (SELECT count(*)::int FROM runs WHERE state <> 'ended') AS "activeRuns",
              (SELECT count(*)::int FROM runs WHERE verdict = 'fixed' AND ended_at >= $2) AS "fixedLast7Days"
         FROM (SELECT count(*)::int AS machines, count(*) FILTER (WHERE online)::int AS online,
                      count(*) FILTER (WHERE open_failures > 0)::int AS failing
                 FROM machines WHERE retired_at IS NULL) m,
              (SELECT count(*)::int AS open, count(*) FILTER (WHERE first_seen_at >= $1)::int AS new
                 FROM fingerprints WHERE open_machines > 0) f`,
      [moments.newSince, moments.fixedSince],
    );
    return numbers ?? {};
  }
}
