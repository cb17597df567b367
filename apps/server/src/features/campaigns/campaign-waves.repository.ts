import { Injectable } from '@nestjs/common';
import type { WaveState } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A wave as its row has it. */
export interface WaveRow {
  readonly campaignId: string;
  readonly number: number;
  readonly state: WaveState;
  readonly attempt: number;
  readonly remediationId: string | null;
  readonly startedAt: Date | null;
  readonly waitUntil: Date | null;
  readonly soakUntil: Date | null;
  readonly decidedAt: Date | null;
  readonly decision: string | null;
  readonly evidence: unknown;
}

const COLUMNS = {
  campaignId: 'campaign_id',
  number: 'number',
  state: 'state',
  attempt: 'attempt',
  remediationId: 'remediation_id',
  startedAt: 'started_at',
  waitUntil: 'wait_until',
  soakUntil: 'soak_until',
  decidedAt: 'decided_at',
  decision: 'decision',
  evidence: 'evidence',
} as const satisfies Record<keyof WaveRow, string>;
const SELECT = Object.entries(COLUMNS)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

@Injectable()
export class CampaignWavesRepository {
  all(database: Queryable, campaignId: string): Promise<WaveRow[]> {
    return this.ofAll(database, [campaignId]);
  }

  ofAll(database: Queryable, campaignIds: readonly string[]): Promise<WaveRow[]> {
    return database.query<WaveRow>(
      `SELECT ${SELECT} FROM campaign_waves WHERE campaign_id = ANY ($1::uuid[]) ORDER BY campaign_id, number`,
      [campaignIds],
    );
  }

  async add(
    transaction: Transaction,
    campaignId: string,
    numbers: readonly number[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO campaign_waves (campaign_id, number, state)
       SELECT $1, number, 'planned' FROM unnest($2::int[]) AS n (number)`,
      [campaignId, numbers],
    );
  }

  async put(
    transaction: Transaction,
    campaignId: string,
    number: number,
    changes: Partial<WaveRow>,
  ): Promise<void> {
    const names = Object.keys(changes) as (keyof WaveRow)[];
    await transaction.query(
      `UPDATE campaign_waves
          SET ${names.map((name, index) => `${COLUMNS[name]} = $${index + 3}`).join(', ')}
        WHERE campaign_id = $1 AND number = $2`,
      [
        campaignId,
        number,
        ...names.map((name) =>
          name === 'evidence' ? JSON.stringify(changes.evidence) : changes[name],
        ),
      ],
    );
  }

  /** Runs that are made from now on belong to a remediation of their own: what is ordered has changed. */
  async closeRemediations(transaction: Transaction, campaignId: string): Promise<void> {
    await transaction.query(
      'UPDATE campaign_waves SET remediation_id = NULL WHERE campaign_id = $1',
      [campaignId],
    );
  }

  /** Links a remediation to its campaign. */
  async linkRemediation(
    transaction: Transaction,
    remediationId: string,
    campaignId: string,
    wave: number | null,
  ): Promise<void> {
    await transaction.query('UPDATE remediations SET campaign_id = $2, wave = $3 WHERE id = $1', [
      ...[remediationId, campaignId, wave],
    ]);
  }

  /** Every remediation of the campaign's waves, of one wave or all. */
  async remediations(
    database: Queryable,
    campaignId: string,
    wave: number | null,
  ): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM remediations
        WHERE campaign_id = $1 AND mode <> 'undo' AND ($2::int IS NULL OR wave = $2) ORDER BY id`,
      [campaignId, wave],
    );
    return rows.map(({ id }) => id);
  }
}
