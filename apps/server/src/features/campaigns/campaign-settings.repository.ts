import { Injectable } from '@nestjs/common';
import { type CampaignSettings, campaignSettingsSchema } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';

/** What holds until an administrator says otherwise. */
export const DEFAULT_SETTINGS: CampaignSettings = {
  approvalFromMachines: null,
  fleetConcurrency: 500,
  coolDownDays: 3,
  chronicRuns: 3,
  sitePercent: null,
};

@Injectable()
export class CampaignSettingsRepository {
  async read(database: Queryable): Promise<CampaignSettings> {
    const [row] = await database.query<{ settings: Partial<CampaignSettings> }>(
      'SELECT settings FROM campaign_settings',
    );
    return campaignSettingsSchema.parse({ ...DEFAULT_SETTINGS, ...row?.settings });
  }

  async put(transaction: Transaction, settings: CampaignSettings): Promise<void> {
    await transaction.query(
      `INSERT INTO campaign_settings (settings) VALUES ($1)
       ON CONFLICT (only_row) DO UPDATE SET settings = $1`,
      [JSON.stringify(settings)],
    );
  }
}
