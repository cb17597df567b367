import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database';
import type { RunMove, RunStanding } from './run-progress';

/** A run whose row is locked until the transaction ends. */
export interface LockedRun extends RunStanding {
  readonly id: string;
  readonly remediationId: string;
  readonly machineId: string;
  readonly events: number;
}

const LOCKED_RUN = `
  id, remediation_id AS "remediationId", machine_id AS "machineId", state, verdict, level,
  verdict_code AS "verdictCode", verdict_by_machine AS "verdictByMachine", message,
  last_sequence AS "lastSequence", events, created_at AS "createdAt", ended_at AS "endedAt"`;

/** How runs stand: locked, judged by the life cycle, and written in one place. */
@Injectable()
export class RunStandingRepository {
  /** Locks runs in the order of their ids. */
  async lock(transaction: Transaction, runIds: readonly string[]): Promise<Map<string, LockedRun>> {
    const found = await transaction.query<LockedRun>(
      `SELECT ${LOCKED_RUN} FROM runs WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
      [runIds],
    );
    return new Map(found.map((run) => [run.id, run]));
  }

  /** Locks the runs of a remediation that no machine has fetched yet; those that one is just fetching are left out. */
  async lockQueued(transaction: Transaction, remediationId: string): Promise<LockedRun[]> {
    return transaction.query<LockedRun>(
      `SELECT ${LOCKED_RUN} FROM runs WHERE remediation_id = $1 AND state = 'queued'
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`,
      [remediationId],
    );
  }

  /** Locks runs that nobody has begun and nobody may begin any more. */
  async lockExpired(
    transaction: Transaction,
    moments: { readonly queuedUntil: Date; readonly leasedUntil: Date },
    limit: number,
  ): Promise<LockedRun[]> {
    return transaction.query<LockedRun>(
      `SELECT ${LOCKED_RUN} FROM runs
        WHERE (state = 'queued' AND expires_at <= $1)
           OR (state = 'leased' AND events = 0 AND expires_at <= $2)
        ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED`,
      [moments.queuedUntil, moments.leasedUntil, limit],
    );
  }

  /** Locks runs that were begun and of which nothing has been heard since. */
  async lockSilent(
    transaction: Transaction,
    moments: { readonly actingSince: Date; readonly soakingSince: Date },
    limit: number,
  ): Promise<LockedRun[]> {
    return transaction.query<LockedRun>(
      `SELECT ${LOCKED_RUN} FROM runs
        WHERE state NOT IN ('queued', 'ended') AND events > 0
          AND last_event_at <= CASE state WHEN 'soaking' THEN $2::timestamptz ELSE $1::timestamptz END
        ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED`,
      [moments.actingSince, moments.soakingSince, limit],
    );
  }

  /** The one place where a run's standing is written after it was made. */
  async put(
    transaction: Transaction,
    runs: readonly (RunStanding & { readonly id: string })[],
    moves: readonly (RunMove & { readonly runId: string })[],
  ): Promise<void> {
    await transaction.query(
      `UPDATE runs r
          SET state = e.state, verdict = e.verdict, level = e.level, verdict_code = e."verdictCode",
              verdict_by_machine = e."verdictByMachine", message = e.message, ended_at = e."endedAt",
              last_sequence = e."lastSequence"
         FROM json_to_recordset($1::json) AS e (
           id uuid, state text, verdict text, level text, "verdictCode" text, "verdictByMachine" boolean,
           message text, "endedAt" timestamptz, "lastSequence" int)
        WHERE r.id = e.id`,
      [JSON.stringify(runs)],
    );
    if (moves.length === 0) return;
    await transaction.query(
      `INSERT INTO run_moves (run_id, from_state, to_state, verdict, reason, at)
       SELECT "runId", "from", "to", verdict, reason, at
         FROM json_to_recordset($1::json) AS m (
           "runId" uuid, "from" text, "to" text, verdict text, reason text, at timestamptz)`,
      [JSON.stringify(moves)],
    );
  }
}
