import { Injectable } from '@nestjs/common';
import type { RunQuery } from '@fleetmend/dashboard-api';
import type { RunMode, RunState, StepState, Verdict, VerdictLevel } from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';
import { NOTHING_DONE } from './nothing-done';

/** A run as pages show it. */
export interface RunRow {
  readonly id: string;
  readonly remediationId: string;
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly fingerprintId: string | null;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly mode: RunMode;
  readonly parameters: Readonly<Record<string, boolean | number>>;
  readonly undoes: string | null;
  readonly undoneBy: string | null;
  readonly state: RunState;
  readonly verdict: Verdict | null;
  readonly level: VerdictLevel | null;
  readonly message: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly leasedAt: Date | null;
  readonly endedAt: Date | null;
  readonly restartSurvivedAt: Date | null;
  readonly heldAt: Date | null;
  readonly expiresAt: Date;
  readonly stepsEnded: number;
  readonly stepsActed: number;
  readonly currentStep: string | null;
  readonly sortKey: string;
}

export interface RunStepRow {
  readonly section: string;
  readonly stepId: string;
  readonly state: StepState;
  readonly message: string;
  readonly errorCode: string | null;
  readonly details: Readonly<Record<string, string | number | boolean>> | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export interface HistoryRow {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly complete: boolean;
}

/** Takes a run back by a new one. */
export interface UndoPlan {
  readonly remediationId: string;
  readonly runIds: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const SELECT = `
  SELECT r.id, r.remediation_id AS "remediationId", r.machine_id AS "machineId", m.hostname, m.online,
         r.fingerprint_id AS "fingerprintId", r.playbook, r.playbook_version AS "playbookVersion", r.mode,
         r.parameters, r.undoes, r.state, r.verdict, r.level, r.message, r.created_at AS "createdAt",
         d.created_by AS "createdBy", r.leased_at AS "leasedAt", r.ended_at AS "endedAt",
         r.restart_survived_at AS "restartSurvivedAt", r.held_at AS "heldAt",
         r.expires_at AS "expiresAt", r.created_at::text AS "sortKey",
         s.ended AS "stepsEnded", s.acted AS "stepsActed", s.current AS "currentStep",
         (SELECT u.id FROM runs u
           WHERE u.undoes = r.id AND (u.state <> 'ended' OR u.verdict = 'undone') LIMIT 1) AS "undoneBy"
    FROM runs r
    JOIN machines m ON m.id = r.machine_id
    JOIN remediations d ON d.id = r.remediation_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE state <> 'running' AND (section = 'undo') = (r.mode = 'undo'))::int AS ended,
             count(*) FILTER (WHERE section = 'acting' AND state IN ('done', 'failed'))::int AS acted,
             (array_agg(step_id ORDER BY sequence DESC) FILTER (WHERE state = 'running'))[1] AS current
        FROM run_steps WHERE run_id = r.id) s`;

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** Reads runs with all that belongs to them. */
@Injectable()
export class RunsRepository {
  async find(database: Queryable, id: string): Promise<RunRow | undefined> {
    const [row] = await database.query<RunRow>(`${SELECT} WHERE r.id = $1`, [id]);
    return row;
  }

  /** Newest first. */
  async page(database: Queryable, query: RunQuery): Promise<{ rows: RunRow[]; total: number }> {
    const counted = filter(new SqlConditions(), query);
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM runs r WHERE ${counted.sql}`,
      counted.parameters,
    );
    const conditions = filter(new SqlConditions(query.limit + 1), query);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (at, id) => `(r.created_at, r.id) < (${at}::timestamptz, ${id}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<RunRow>(
      `${SELECT} WHERE ${conditions.sql} ORDER BY r.created_at DESC, r.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** In the order in which they began. */
  async steps(database: Queryable, runId: string): Promise<RunStepRow[]> {
    return database.query<RunStepRow>(
      `SELECT section, step_id AS "stepId", state, message, error_code AS "errorCode", details,
              started_at AS "startedAt", ended_at AS "endedAt"
         FROM run_steps WHERE run_id = $1 ORDER BY coalesce(started_at, ended_at), sequence`,
      [runId],
    );
  }

  async histories(database: Queryable, runId: string): Promise<HistoryRow[]> {
    return database.query<HistoryRow>(
      `SELECT h.id, h.name, coalesce(sum(octet_length(p.content)), 0)::int AS bytes,
              count(p.part) >= h.parts AS complete
         FROM histories h LEFT JOIN history_parts p ON p.history_id = h.id
        WHERE h.run_id = $1 GROUP BY h.id ORDER BY h.name`,
      [runId],
    );
  }

  /** The parts of a saved record, in order. */
  async historyParts(
    database: Queryable,
    runId: string,
    historyId: string,
  ): Promise<{ name: string; content: string }[]> {
    return database.query(
      `SELECT h.name, p.content FROM histories h JOIN history_parts p ON p.history_id = h.id
        WHERE h.run_id = $1 AND h.id = $2 ORDER BY p.part`,
      [runId, historyId],
    );
  }

  /** Ended runs of these remediations that changed something and were not taken back, with their playbooks. */
  acted(
    database: Queryable,
    remediationIds: readonly string[],
  ): Promise<{ id: string; playbook: string; playbookVersion: number }[]> {
    return database.query(
      `SELECT r.id, r.playbook, r.playbook_version AS "playbookVersion" FROM runs r
        WHERE r.remediation_id = ANY ($1::uuid[]) AND r.mode = 'execute' AND r.state = 'ended'
          AND r.verdict <> ALL ($2::text[])
          AND EXISTS (SELECT 1 FROM run_steps s WHERE s.run_id = r.id AND s.section = 'acting'
                         AND s.state IN ('done', 'failed'))
          AND NOT EXISTS (SELECT 1 FROM runs u
                           WHERE u.undoes = r.id AND (u.state <> 'ended' OR u.verdict = 'undone'))
        ORDER BY r.id`,
      [remediationIds, NOTHING_DONE],
    );
  }

  /**
   * Makes the runs that take others back; answers which were made. None for a run whose machine is busy or retired, or
   * that is being taken back already.
   */
  makeUndos(
    transaction: Transaction,
    plan: UndoPlan,
  ): Promise<{ id: string; machineId: string; undoes: string }[]> {
    return transaction.query(
      `WITH made AS (
         INSERT INTO runs (id, remediation_id, machine_id, fingerprint_id, playbook, playbook_version, mode,
                           parameters, undoes, failure, state, created_at, expires_at)
         SELECT gen_random_uuid(), $1, r.machine_id, r.fingerprint_id, r.playbook, r.playbook_version, 'undo',
                r.parameters, r.id, r.failure, 'queued', $3, $4
           FROM runs r JOIN machines m ON m.id = r.machine_id AND m.retired_at IS NULL
          WHERE r.id = ANY ($2::uuid[])
          ORDER BY r.id
         ON CONFLICT DO NOTHING RETURNING id, machine_id, undoes),
       moved AS (
         INSERT INTO run_moves (run_id, to_state, reason, at) SELECT id, 'queued', 'created', $3 FROM made)
       SELECT id, machine_id AS "machineId", undoes FROM made`,
      [plan.remediationId, plan.runIds, plan.createdAt, plan.expiresAt],
    );
  }
}

function filter(conditions: SqlConditions, query: RunQuery): SqlConditions {
  if (query.state === 'active') conditions.add(() => `r.state <> 'ended'`);
  if (query.state === 'ended') conditions.add(() => `r.state = 'ended'`);
  if (query.machineId !== undefined) {
    conditions.add((id) => `r.machine_id = ${id}`, query.machineId);
  }
  if (query.remediationId !== undefined) {
    conditions.add((id) => `r.remediation_id = ${id}`, query.remediationId);
  }
  return conditions;
}
