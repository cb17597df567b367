import { Injectable } from '@nestjs/common';
import type { EscalationQuery } from '@fleetmend/dashboard-api';
import type { EscalationState, EscalationStep, Verdict } from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';
import { selectedMachines } from '../runs';

/** An escalation with what it is about. */
export interface EscalationRow {
  readonly id: string;
  readonly state: EscalationState;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly fingerprintId: string | null;
  readonly code: string | null;
  readonly phase: string | null;
  readonly update: string | null;
  readonly runId: string;
  readonly playbook: string;
  readonly verdict: Verdict;
  readonly link: number;
  readonly step: EscalationStep;
  readonly note: string | null;
  readonly orderedRunId: string | null;
  readonly createdAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly expiresAt: Date;
  readonly sortKey: string;
}

/** A move of an escalation. */
export interface EscalationMove {
  readonly id: string;
  readonly state: EscalationState;
  readonly note: string | null;
  readonly orderedRunId?: string | null;
  /** Left out where nobody decided anew. */
  readonly decidedBy?: string;
  readonly decidedAt?: Date;
}

const COLUMNS = `
  e.id, e.state, e.rule_id AS "ruleId", k.name AS "ruleName", r.machine_id AS "machineId", m.hostname,
         m.online, e.fingerprint_id AS "fingerprintId", f.code, f.phase, f.update, e.run_id AS "runId",
         r.playbook, e.verdict, e.link, e.step, e.note, e.ordered_run_id AS "orderedRunId",
         e.created_at AS "createdAt", e.decided_by AS "decidedBy", e.decided_at AS "decidedAt",
         e.expires_at AS "expiresAt", e.created_at::text AS "sortKey"`;
const FROM = `
  FROM escalations e
  JOIN escalation_rules k ON k.id = e.rule_id
  JOIN runs r ON r.id = e.run_id
  JOIN machines m ON m.id = r.machine_id
  LEFT JOIN fingerprints f ON f.id = e.fingerprint_id`;
const SELECT = `SELECT ${COLUMNS} ${FROM}`;

/** What takes the point from an escalation: its time is over, its verdict is another, its failure is gone. */
const STALE = `
  CASE WHEN m.retired_at IS NOT NULL THEN 'The machine is retired.'
       WHEN e.fingerprint_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM machine_fingerprints mf
          WHERE mf.machine_id = r.machine_id AND mf.fingerprint_id = e.fingerprint_id AND mf.state = 'open')
         THEN 'The failure is not open on the machine any more.'
       WHEN e.state <> 'handed-over' AND r.verdict <> e.verdict THEN 'The run has another verdict now.'
       WHEN e.state <> 'handed-over' AND e.expires_at <= $1 THEN 'Nobody decided in time.' END`;

const STATES: Readonly<Partial<Record<EscalationQuery['state'], readonly EscalationState[]>>> = {
  waiting: ['open', 'approved'],
  decided: ['ordered', 'settled', 'dismissed', 'expired'],
};

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

@Injectable()
export class EscalationsRepository {
  /** Newest first. */
  async page(
    database: Queryable,
    query: EscalationQuery,
  ): Promise<{ rows: EscalationRow[]; total: number }> {
    const counted = filter(new SqlConditions(), query);
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM escalations e JOIN runs r ON r.id = e.run_id WHERE ${counted.sql}`,
      counted.parameters,
    );
    const conditions = filter(new SqlConditions(query.limit + 1), query);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (at, id) => `(e.created_at, e.id) < (${at}::timestamptz, ${id}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<EscalationRow>(
      `${SELECT} WHERE ${conditions.sql} ORDER BY e.created_at DESC, e.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** Locks these, in the order of their ids. */
  async lock(transaction: Transaction, ids: readonly string[]): Promise<EscalationRow[]> {
    return transaction.query<EscalationRow>(
      `${SELECT} WHERE e.id = ANY ($1::uuid[]) ORDER BY e.id FOR UPDATE OF e`,
      [ids],
    );
  }

  /** Locks all of a rule in one of these states; `limit` guards against more than anybody can mean. */
  async lockOfRule(
    transaction: Transaction,
    ruleId: string,
    states: readonly EscalationState[],
    limit: number,
  ): Promise<EscalationRow[]> {
    return transaction.query<EscalationRow>(
      `${SELECT} WHERE e.rule_id = $1 AND e.state = ANY ($2) ORDER BY e.id LIMIT $3 FOR UPDATE OF e`,
      [ruleId, states, limit],
    );
  }

  /**
   * Locks proposals that an automatic rule may follow by itself now: as the rule is today, and none whose machine a
   * campaign has, or ran the playbook since `cooledAt`.
   */
  async lockAutomatic(
    transaction: Transaction,
    ruleId: string,
    cooledAt: Date,
    limit: number,
  ): Promise<EscalationRow[]> {
    return transaction.query<EscalationRow>(
      `${SELECT}
        WHERE e.rule_id = $1 AND e.state = 'open' AND e.step = k.step
          AND (e.step ->> 'type' = 'hand-over' OR (
            NOT EXISTS (SELECT 1 FROM runs a WHERE a.machine_id = r.machine_id AND a.state <> 'ended')
            AND NOT EXISTS (
              SELECT 1 FROM campaign_targets t JOIN campaigns g ON g.id = t.campaign_id
               WHERE t.machine_id = r.machine_id AND g.state IN ('scheduled', 'running', 'paused')
                 AND t.exclusion IS NULL AND t.verdict IS NULL AND NOT t.settled)
            AND NOT EXISTS (
              SELECT 1 FROM runs c
               WHERE c.machine_id = r.machine_id AND c.mode = 'execute' AND c.playbook = e.step ->> 'playbook'
                 AND c.created_at > $2 AND coalesce(c.verdict, '') NOT IN ('expired', 'cancelled', 'skipped'))))
        ORDER BY e.created_at, e.id LIMIT $3 FOR UPDATE OF e SKIP LOCKED`,
      [ruleId, cooledAt, limit],
    );
  }

  /** Locks those that are approved and whose machine is free; those that could not be ordered before come last. */
  async lockApproved(transaction: Transaction, limit: number): Promise<EscalationRow[]> {
    return transaction.query<EscalationRow>(
      `${SELECT}
        WHERE e.state = 'approved'
          AND NOT EXISTS (SELECT 1 FROM runs a WHERE a.machine_id = r.machine_id AND a.state <> 'ended')
        ORDER BY e.note IS NOT NULL, e.created_at, e.id LIMIT $1 FOR UPDATE OF e SKIP LOCKED`,
      [limit],
    );
  }

  /** Locks what has lost its point, with the reason. */
  async lockStale(
    transaction: Transaction,
    now: Date,
    limit: number,
  ): Promise<(EscalationRow & { readonly why: string })[]> {
    return transaction.query(
      `SELECT ${COLUMNS}, ${STALE} AS why ${FROM}
        WHERE e.state IN ('open', 'approved', 'handed-over') AND ${STALE} IS NOT NULL
        ORDER BY e.id LIMIT $2 FOR UPDATE OF e SKIP LOCKED`,
      [now, limit],
    );
  }

  /** The one place where an escalation is moved. */
  async move(transaction: Transaction, moves: readonly EscalationMove[]): Promise<void> {
    await transaction.query(
      `UPDATE escalations e
          SET state = n.state, note = n.note, ordered_run_id = n."orderedRunId",
              decided_by = coalesce(n."decidedBy", e.decided_by), decided_at = coalesce(n."decidedAt", e.decided_at)
         FROM json_to_recordset($1::json) AS n (
           id uuid, state text, note text, "orderedRunId" uuid, "decidedBy" text, "decidedAt" timestamptz)
        WHERE e.id = n.id`,
      [JSON.stringify(moves)],
    );
  }

  /** Why these machines can't have a run of the playbook now; those that can are not among them. */
  async exclusions(
    transaction: Transaction,
    machineIds: readonly string[],
    fingerprintId: string | null,
    playbook: { readonly name: string; readonly version: number },
  ): Promise<Map<string, string>> {
    const conditions = new SqlConditions();
    const sql = selectedMachines(
      conditions,
      { type: 'machines', machineIds: [...machineIds] },
      fingerprintId ?? undefined,
      playbook,
    );
    const rows = await transaction.query<{ id: string; exclusion: string }>(
      `SELECT machine_id AS id, exclusion FROM (${sql}) s WHERE exclusion IS NOT NULL`,
      conditions.parameters,
    );
    return new Map(rows.map(({ id, exclusion }) => [id, exclusion]));
  }
}

function filter(conditions: SqlConditions, query: EscalationQuery): SqlConditions {
  if (query.state !== 'all') {
    const states = STATES[query.state] ?? [query.state];
    conditions.add((list) => `e.state = ANY (${list})`, states);
  }
  if (query.ruleId !== undefined) conditions.add((id) => `e.rule_id = ${id}`, query.ruleId);
  if (query.machineId !== undefined) {
    conditions.add((id) => `r.machine_id = ${id}`, query.machineId);
  }
  return conditions;
}
