import { Injectable } from '@nestjs/common';
import { WATCHED_VERDICTS } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';

/** A run of which more is proven now. */
export interface ProvenRun {
  readonly id: string;
  readonly remediationId: string;
  readonly machineId: string;
}

/** The boot time is known to the minute. */
const BOOT_TOLERANCE = "interval '1 minute'";
const VERDICTS = WATCHED_VERDICTS.map((verdict) => `'${verdict}'`).join(', ');

/** Runs whose failure is gone and may come back, each with its machine. What was taken back proves nothing any more. */
const WATCHED = `
  FROM runs r JOIN machines m ON m.id = r.machine_id
  WHERE r.mode = 'execute' AND r.verdict IN (${VERDICTS}) AND r.held_at IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM runs u WHERE u.undoes = r.id AND (u.state <> 'ended' OR u.verdict = 'undone'))`;

/** What time proves: found by what machines said since, and written down once. */
@Injectable()
export class RunWatchRepository {
  /** The machine has restarted since the run ended. Both moments are by its own clock. */
  proveRestarts(transaction: Transaction, now: Date, limit: number): Promise<ProvenRun[]> {
    return this.prove(transaction, {
      ...{ column: 'restart_survived_at', reason: 'the machine restarted, and it stayed away' },
      where: `r.restart_survived_at IS NULL
        AND (m.inventory ->> 'bootedAt')::timestamptz > r.ended_at + ${BOOT_TOLERANCE}
        AND (m.inventory ->> 'bootedAt')::timestamptz <= $1::timestamptz`,
      ...{ parameters: [now], limit },
    });
  }

  /** The watch period is over, and the machine was there to tell if the failure had come back. */
  proveHeld(
    transaction: Transaction,
    now: Date,
    watchDays: number,
    limit: number,
  ): Promise<ProvenRun[]> {
    return this.prove(transaction, {
      ...{ column: 'held_at', reason: 'it stayed away for the whole watch period' },
      where: `r.ended_at <= $1::timestamptz - make_interval(days => $3::int)
        AND (m.online OR m.last_seen_at >= r.ended_at + make_interval(days => $3::int))`,
      ...{ parameters: [now, watchDays], limit },
    });
  }

  private prove(
    transaction: Transaction,
    proof: {
      readonly column: 'restart_survived_at' | 'held_at';
      readonly where: string;
      readonly reason: string;
      readonly parameters: readonly [Date, ...number[]];
      readonly limit: number;
    },
  ): Promise<ProvenRun[]> {
    const [now, ...more] = proof.parameters;
    return transaction.query<ProvenRun>(
      `WITH found AS (
         SELECT r.id ${WATCHED} AND ${proof.where}
         ORDER BY r.id LIMIT $2 FOR NO KEY UPDATE OF r SKIP LOCKED),
       proven AS (
         UPDATE runs SET ${proof.column} = $1::timestamptz FROM found WHERE runs.id = found.id
         RETURNING runs.id, runs.remediation_id, runs.machine_id, runs.verdict),
       moved AS (
         INSERT INTO run_moves (run_id, from_state, to_state, verdict, reason, at)
         SELECT id, 'ended', 'ended', verdict, '${proof.reason}', $1::timestamptz FROM proven)
       SELECT id, remediation_id AS "remediationId", machine_id AS "machineId" FROM proven`,
      [now, proof.limit, ...more],
    );
  }
}
