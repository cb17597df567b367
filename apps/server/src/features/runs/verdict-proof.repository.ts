import { Injectable } from '@nestjs/common';
import type { Verdict, VerdictLevel } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';

/** An ended run whose verdict may still be proven or refuted. */
export interface JudgedRun {
  readonly id: string;
  readonly remediationId: string;
  readonly machineId: string;
  readonly fingerprintId: string;
  readonly verdict: Verdict;
  readonly level: VerdictLevel | null;
  readonly verdictCode: string | null;
  readonly verdictByMachine: boolean;
  readonly message: string | null;
  readonly lastSequence: number;
  readonly createdAt: Date;
  readonly endedAt: Date;
}

@Injectable()
export class VerdictProofRepository {
  /**
   * For each machine and fingerprint the newest run that tried to mend it, if it has ended. An order that no machine has
   * begun, or that it refused, did nothing: what happens to the failure after it tells of the run before.
   */
  async newestEnded(
    transaction: Transaction,
    pairs: readonly { readonly machineId: string; readonly fingerprintId: string }[],
  ): Promise<JudgedRun[]> {
    return transaction.query<JudgedRun>(
      `SELECT r.* FROM (
         SELECT DISTINCT machine_id, fingerprint_id
           FROM unnest($1::uuid[], $2::uuid[]) AS p (machine_id, fingerprint_id)) AS pair
         CROSS JOIN LATERAL (
           SELECT id, remediation_id AS "remediationId", machine_id AS "machineId",
                  fingerprint_id AS "fingerprintId", state, verdict, level, verdict_code AS "verdictCode",
                  verdict_by_machine AS "verdictByMachine", message, last_sequence AS "lastSequence",
                  created_at AS "createdAt", ended_at AS "endedAt"
             FROM runs
            WHERE machine_id = pair.machine_id AND fingerprint_id = pair.fingerprint_id AND mode = 'execute'
              AND events > 0 AND verdict IS DISTINCT FROM 'skipped'
            ORDER BY created_at DESC, id DESC LIMIT 1) AS r
        WHERE r.state = 'ended'`,
      [pairs.map((each) => each.machineId), pairs.map((each) => each.fingerprintId)],
    );
  }
}
