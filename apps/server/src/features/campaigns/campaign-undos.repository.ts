import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../../platform/database';

/** How taking back goes. */
export interface RollBackCount {
  readonly asked: number;
  readonly done: number;
  readonly failed: number;
}

@Injectable()
export class CampaignUndosRepository {
  /** Notes runs that are to be taken back; those that are noted already stay as they are. Answers how many are new. */
  async ask(
    transaction: Transaction,
    campaignId: string,
    undo: {
      readonly runIds: readonly string[];
      readonly remediationId: string;
      readonly at: Date;
      readonly until: Date;
    },
  ): Promise<number> {
    const asked = await transaction.query(
      `INSERT INTO campaign_undos (run_id, campaign_id, remediation_id, asked_at, until)
       SELECT id, $1, $3, $4, $5 FROM unnest($2::uuid[]) AS r (id)
       ON CONFLICT (run_id) DO UPDATE
         SET remediation_id = $3, asked_at = $4, until = $5, undo_run_id = NULL, given_up = NULL
         WHERE campaign_undos.given_up IS NOT NULL
       RETURNING run_id`,
      [campaignId, undo.runIds, undo.remediationId, undo.at, undo.until],
    );
    return asked.length;
  }

  /** Runs whose taking back has not been ordered yet, by the remediation that they go under. */
  open(
    transaction: Transaction,
    campaignId: string,
  ): Promise<{ runId: string; remediationId: string; until: Date }[]> {
    return transaction.query(
      `SELECT u.run_id AS "runId", u.remediation_id AS "remediationId", u.until
         FROM campaign_undos u JOIN runs r ON r.id = u.run_id
        WHERE u.campaign_id = $1 AND u.undo_run_id IS NULL AND u.given_up IS NULL
          AND NOT EXISTS (SELECT 1 FROM runs a WHERE a.machine_id = r.machine_id AND a.state <> 'ended')
        ORDER BY u.run_id`,
      [campaignId],
    );
  }

  async ordered(
    transaction: Transaction,
    made: readonly { readonly id: string; readonly undoes: string }[],
  ): Promise<void> {
    await transaction.query(
      `UPDATE campaign_undos u SET undo_run_id = m.id
         FROM json_to_recordset($1::json) AS m (id uuid, undoes uuid) WHERE u.run_id = m.undoes`,
      [JSON.stringify(made)],
    );
  }

  async giveUp(transaction: Transaction, campaignId: string, now: Date): Promise<void> {
    await transaction.query(
      `UPDATE campaign_undos SET given_up = 'Its machine was busy or away for too long.'
        WHERE campaign_id = $1 AND undo_run_id IS NULL AND given_up IS NULL AND until <= $2`,
      [campaignId, now],
    );
  }

  async count(database: Queryable, campaignId: string): Promise<RollBackCount | null> {
    const [row] = await database.query<RollBackCount>(
      `SELECT count(*)::int AS asked, count(*) FILTER (WHERE r.verdict = 'undone')::int AS done,
              count(*) FILTER (WHERE u.given_up IS NOT NULL OR (r.state = 'ended' AND r.verdict <> 'undone'))::int
                AS failed
         FROM campaign_undos u LEFT JOIN runs r ON r.id = u.undo_run_id WHERE u.campaign_id = $1`,
      [campaignId],
    );
    return row && row.asked > 0 ? row : null;
  }
}
