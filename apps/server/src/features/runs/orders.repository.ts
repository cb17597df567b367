import { Injectable } from '@nestjs/common';
import type { OrderClaims } from '@fleetmend/client-protocol';
import type { RunMode, RunState } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';

/** A run whose order its machine is to have. */
export interface WaitingRun {
  readonly id: string;
  readonly machineId: string;
  readonly remediationId: string;
  readonly state: Extract<RunState, 'queued' | 'leased'>;
  readonly mode: RunMode;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly parameters: OrderClaims['parameters'];
  readonly undoes: string | null;
  readonly failure: OrderClaims['failure'] | null;
  readonly expiresAt: Date;
}

@Injectable()
export class OrdersRepository {
  /**
   * Claims the machine's runs that have not begun and have not expired. Those that were leased before come again: the
   * answer may have been lost, and the machine knows what it has begun. Waits for whoever has a run locked, instead of
   * skipping it: the machine asks only once per connection. While everything is stopped, only what takes back is given
   * out, and what the machine may have begun.
   */
  async claim(transaction: Transaction, machineId: string, now: Date): Promise<WaitingRun[]> {
    const waiting = await transaction.query<WaitingRun>(
      `SELECT id, machine_id AS "machineId", remediation_id AS "remediationId", state, mode, playbook,
              playbook_version AS "playbookVersion", parameters, undoes, failure, expires_at AS "expiresAt"
         FROM runs
        WHERE machine_id = $1 AND state IN ('queued', 'leased') AND events = 0 AND expires_at > $2
          AND (mode = 'undo' OR state = 'leased' OR NOT (SELECT is_on FROM emergency_stop))
        ORDER BY id FOR NO KEY UPDATE`,
      [machineId, now],
    );
    const leased = waiting.filter(({ state }) => state === 'queued').map(({ id }) => id);
    if (leased.length > 0) {
      await transaction.query(
        `WITH moved AS (
           UPDATE runs SET state = 'leased', leased_at = $2 WHERE id = ANY ($1::uuid[]) RETURNING id)
         INSERT INTO run_moves (run_id, from_state, to_state, reason, at)
         SELECT id, 'queued', 'leased', 'fetched by the machine', $2 FROM moved`,
        [leased, now],
      );
    }
    return waiting;
  }
}
