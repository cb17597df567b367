import { Injectable } from '@nestjs/common';
import type { NewPolicy } from '@fleetmend/dashboard-api';
import type { PolicyState, Verdict } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** Everything that a policy matches and does, apart from its name and its last day. */
export type PolicyPlan = Omit<NewPolicy, 'name' | 'expiresAt'>;

/** A policy as stored. */
export interface PolicyRow {
  readonly id: string;
  readonly name: string;
  readonly plan: PolicyPlan;
  readonly expiresAt: Date;
  readonly state: PolicyState;
  readonly stateReason: string | null;
  readonly stateBy: string;
  readonly stateAt: Date;
  readonly revision: number;
  readonly rehearsedAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** A policy with what is counted of it. */
export interface CountedPolicyRow extends PolicyRow {
  readonly rehearsed: number;
  readonly begunToday: number;
  readonly inFlight: number;
  readonly verdicts: Readonly<Record<string, number>>;
}

const COLUMNS = `
  p.id, p.name, p.plan, p.expires_at AS "expiresAt", p.state, p.state_reason AS "stateReason",
  p.state_by AS "stateBy", p.state_at AS "stateAt", p.revision, p.rehearsed_at AS "rehearsedAt",
  p.created_at AS "createdAt", p.created_by AS "createdBy"`;

/** A run that only waits whether the failure comes back takes up no room. */
const IN_FLIGHT = `
  (SELECT count(*)::int FROM policy_runs w JOIN runs r ON r.id = w.run_id
    WHERE w.policy_id = p.id AND r.state NOT IN ('ended', 'soaking'))`;
const begunOn = (day: string) => `
  (SELECT count(*)::int FROM policy_runs d WHERE d.policy_id = p.id AND d.day = ${day}::date)`;

@Injectable()
export class PoliciesRepository {
  /** By name; one only where `id` is given. `day` is today, `since` the beginning of what verdicts are counted of. */
  async counted(
    database: Queryable,
    what: { readonly id: string | null; readonly day: string; readonly since: Date },
  ): Promise<CountedPolicyRow[]> {
    return database.query<CountedPolicyRow>(
      `SELECT ${COLUMNS}, ${begunOn('$2')} AS "begunToday", ${IN_FLIGHT} AS "inFlight",
              (SELECT count(*)::int FROM policy_rehearsals h WHERE h.policy_id = p.id) AS rehearsed,
              (SELECT coalesce(jsonb_object_agg(v.verdict, v.runs), '{}')
                 FROM (SELECT r.verdict, count(*)::int AS runs FROM policy_runs c JOIN runs r ON r.id = c.run_id
                        WHERE c.policy_id = p.id AND c.at >= $3 AND r.verdict IS NOT NULL GROUP BY 1) v) AS verdicts
         FROM policies p WHERE p.deleted_at IS NULL AND ($1::uuid IS NULL OR p.id = $1)
        ORDER BY lower(p.name), p.id`,
      [what.id, what.day, what.since],
    );
  }

  /** Locked until the transaction ends: whoever changes it, and whoever acts for it, waits for the other. */
  async lock(transaction: Transaction, id: string): Promise<PolicyRow | undefined> {
    const [row] = await transaction.query<PolicyRow>(
      `SELECT ${COLUMNS} FROM policies p WHERE p.id = $1 AND p.deleted_at IS NULL FOR UPDATE`,
      [id],
    );
    return row;
  }

  /** The same, for a job: nothing when another server has it. */
  async lockIfFree(transaction: Transaction, id: string): Promise<PolicyRow | undefined> {
    const [row] = await transaction.query<PolicyRow>(
      `SELECT ${COLUMNS} FROM policies p WHERE p.id = $1 AND p.deleted_at IS NULL FOR UPDATE SKIP LOCKED`,
      [id],
    );
    return row;
  }

  /** Those that a job has something to do for. */
  async active(database: Queryable): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM policies WHERE deleted_at IS NULL AND state <> 'off' ORDER BY id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Adds it, or changes the one with its id. A name that is taken is refused by the database (SQLSTATE 23505). */
  async put(transaction: Transaction, row: PolicyRow): Promise<void> {
    await transaction.query(
      `INSERT INTO policies (id, name, plan, expires_at, state, state_reason, state_by, state_at, revision,
                             rehearsed_at, created_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, plan = excluded.plan, expires_at = excluded.expires_at,
         state = excluded.state, state_reason = excluded.state_reason, state_by = excluded.state_by,
         state_at = excluded.state_at, revision = excluded.revision, rehearsed_at = excluded.rehearsed_at`,
      [
        ...[row.id, row.name, JSON.stringify(row.plan), row.expiresAt, row.state, row.stateReason],
        ...[row.stateBy, row.stateAt, row.revision, row.rehearsedAt, row.createdAt, row.createdBy],
      ],
    );
  }

  async delete(transaction: Transaction, id: string, at: Date): Promise<void> {
    await transaction.query('UPDATE policies SET deleted_at = $2 WHERE id = $1', [id, at]);
  }

  /** What counts against its limits. To be asked with the policy locked. */
  async standing(
    transaction: Transaction,
    id: string,
    day: string,
  ): Promise<{ begunToday: number; inFlight: number; rehearsedToday: number }> {
    const [row] = await transaction.query<{
      begunToday: number;
      inFlight: number;
      rehearsedToday: number;
    }>(
      `SELECT ${begunOn('$2')} AS "begunToday", ${IN_FLIGHT} AS "inFlight",
              (SELECT count(*)::int FROM policy_rehearsals h
                WHERE h.policy_id = p.id AND h.day = $2::date) AS "rehearsedToday"
         FROM policies p WHERE p.id = $1`,
      [id, day],
    );
    return row ?? { begunToday: 0, inFlight: 0, rehearsedToday: 0 };
  }

  /** Verdicts of the runs that it made since `since`, those that ended last first. */
  async newestVerdicts(
    transaction: Transaction,
    id: string,
    since: Date,
    limit: number,
  ): Promise<Verdict[]> {
    const rows = await transaction.query<{ verdict: Verdict }>(
      `SELECT r.verdict FROM policy_runs p JOIN runs r ON r.id = p.run_id
        WHERE p.policy_id = $1 AND p.at >= $2 AND r.state = 'ended'
          AND r.verdict NOT IN ('expired', 'cancelled', 'skipped')
        ORDER BY r.ended_at DESC, r.id LIMIT $3`,
      [id, since, limit],
    );
    return rows.map(({ verdict }) => verdict);
  }

  /** The remediation under which it made runs against this failure on this day already. */
  async remediationOf(
    transaction: Transaction,
    of: { readonly id: string; readonly revision: number; readonly day: string },
    fingerprintId: string,
  ): Promise<string | undefined> {
    const [row] = await transaction.query<{ id: string }>(
      `SELECT r.remediation_id AS id FROM policy_runs p JOIN runs r ON r.id = p.run_id
        WHERE p.policy_id = $1 AND p.revision = $2 AND p.day = $3::date AND r.fingerprint_id = $4 LIMIT 1`,
      [of.id, of.revision, of.day, fingerprintId],
    );
    return row?.id;
  }

  /** Remediations of which a run waits that no machine has fetched. */
  async waitingRemediations(transaction: Transaction, id: string): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `SELECT DISTINCT r.remediation_id AS id FROM policy_runs p JOIN runs r ON r.id = p.run_id
        WHERE p.policy_id = $1 AND r.state = 'queued' ORDER BY 1`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  async addRuns(
    transaction: Transaction,
    of: { readonly id: string; readonly revision: number; readonly day: string; readonly at: Date },
    runIds: readonly string[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO policy_runs (run_id, policy_id, revision, day, at)
       SELECT run_id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS made (run_id)`,
      [runIds, of.id, of.revision, of.day, of.at],
    );
  }

  /** Notes that it rehearsed, and whom it would have begun with. */
  async addRehearsal(
    transaction: Transaction,
    of: { readonly id: string; readonly day: string; readonly at: Date },
    machines: readonly { readonly machineId: string; readonly fingerprintId: string }[],
  ): Promise<void> {
    await transaction.query('UPDATE policies SET rehearsed_at = $2 WHERE id = $1', [of.id, of.at]);
    await transaction.query(
      `INSERT INTO policy_rehearsals (policy_id, machine_id, fingerprint_id, day, at)
       SELECT $2, "machineId", "fingerprintId", $3, $4
         FROM json_to_recordset($1::json) AS m ("machineId" uuid, "fingerprintId" uuid)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(machines), of.id, of.day, of.at],
    );
  }

  async forgetRehearsals(transaction: Transaction, id: string): Promise<void> {
    await transaction.query('DELETE FROM policy_rehearsals WHERE policy_id = $1', [id]);
  }

  /** The newest machines that it would have begun with. */
  async rehearsed(
    database: Queryable,
    id: string,
    limit: number,
  ): Promise<
    {
      machineId: string;
      hostname: string;
      online: boolean;
      fingerprintId: string;
      failure: string;
      at: Date;
    }[]
  > {
    return database.query(
      `SELECT h.machine_id AS "machineId", m.hostname, m.online, h.fingerprint_id AS "fingerprintId",
              concat(f.code, ' in ', f.phase, ', ' || f.update) AS failure, h.at
         FROM policy_rehearsals h JOIN machines m ON m.id = h.machine_id
         JOIN fingerprints f ON f.id = h.fingerprint_id
        WHERE h.policy_id = $1 ORDER BY h.at DESC, lower(m.hostname), m.id LIMIT $2`,
      [id, limit],
    );
  }

  async rehearsedDays(
    database: Queryable,
    id: string,
  ): Promise<{ day: string; machines: number }[]> {
    return database.query(
      `SELECT day::text AS day, count(*)::int AS machines FROM policy_rehearsals
        WHERE policy_id = $1 GROUP BY 1 ORDER BY 1 DESC LIMIT 60`,
      [id],
    );
  }
}
