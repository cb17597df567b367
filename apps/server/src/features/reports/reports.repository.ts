import { Injectable } from '@nestjs/common';
import type { RejectedOrderReport } from '@fleetmend/client-protocol';
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';

/** Names a report: ids are the machine's own, and count for that machine only. */
export interface ReportName {
  readonly machineId: string;
  readonly reportId: string;
}

@Injectable()
export class ReportsRepository {
  /** Notes reports as known; answers those that were not known before, or undefined when that is all of them. */
  async note(
    transaction: Transaction,
    names: readonly ReportName[],
    now: Date,
  ): Promise<ReportName[] | undefined> {
    const [row] = await transaction.query<{ fresh: ReportName[] | null }>(
      `WITH noted AS (
         INSERT INTO known_reports (machine_id, report_id, received_at)
         SELECT machine_id, report_id, $3
           FROM unnest($1::uuid[], $2::uuid[]) AS r (machine_id, report_id)
          ORDER BY machine_id, report_id
         ON CONFLICT DO NOTHING
         RETURNING machine_id, report_id)
       SELECT CASE WHEN (SELECT count(*) FROM noted) < $4 THEN
                (SELECT coalesce(json_agg(json_build_object('machineId', machine_id, 'reportId', report_id)), '[]')
                   FROM noted) END AS fresh`,
      [names.map((each) => each.machineId), names.map((each) => each.reportId), now, names.length],
    );
    return row?.fresh ?? undefined;
  }

  /** Forgets reports that were not taken after all. */
  async forget(transaction: Transaction, names: readonly ReportName[]): Promise<void> {
    await transaction.query(
      `DELETE FROM known_reports k
        USING unnest($1::uuid[], $2::uuid[]) AS r (machine_id, report_id)
        WHERE k.machine_id = r.machine_id AND k.report_id = r.report_id`,
      [names.map((each) => each.machineId), names.map((each) => each.reportId)],
    );
  }

  /** Forgets reports that came before a moment, at most `limit`; answers how many. */
  async forgetBefore(transaction: Transaction, moment: Date, limit: number): Promise<number> {
    const [row] = await transaction.query<{ forgotten: number }>(
      `WITH forgotten AS (
         DELETE FROM known_reports
          WHERE ctid = ANY (ARRAY(SELECT ctid FROM known_reports WHERE received_at < $1 LIMIT $2))
         RETURNING 1)
       SELECT count(*)::int AS forgotten FROM forgotten`,
      [moment, limit],
    );
    return row?.forgotten ?? 0;
  }

  async addRejectedOrders(
    transaction: Transaction,
    rejected: readonly { readonly machineId: string; readonly report: RejectedOrderReport }[],
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO rejected_orders (id, machine_id, reason, digest, message, at)
       SELECT id, "machineId", reason, digest, message, least(at, $2)
         FROM json_to_recordset($1::json) AS o (
           id uuid, "machineId" uuid, reason text, digest text, message text, at timestamptz)`,
      [
        JSON.stringify(
          rejected.map(({ machineId, report }) => ({
            ...{ id: uuidv7(), machineId, at: report.createdAt },
            ...{ reason: report.reason, digest: report.digest, message: report.message },
          })),
        ),
        now,
      ],
    );
  }
}
