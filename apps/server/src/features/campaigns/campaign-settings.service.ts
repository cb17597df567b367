import { Injectable } from '@nestjs/common';
import type { CampaignSettings } from '@fleetmend/dashboard-api';
import { Database } from '../../platform/database';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { CampaignSettingsRepository } from './campaign-settings.repository';

/** What holds for all campaigns. */
@Injectable()
export class CampaignSettingsService {
  constructor(
    private readonly database: Database,
    private readonly repository: CampaignSettingsRepository,
    private readonly audit: AuditService,
  ) {}

  read(): Promise<CampaignSettings> {
    return this.repository.read(this.database);
  }

  async put(settings: CampaignSettings, actor: Actor): Promise<CampaignSettings> {
    return this.database.inTransaction(async (transaction) => {
      const before = await this.repository.read(transaction);
      await this.repository.put(transaction, settings);
      await this.audit.record(transaction, {
        actor,
        action: 'campaign-settings.changed',
        subjectType: 'campaign-settings',
        subjectId: null,
        summary: 'Changed the settings of campaigns.',
        before,
        after: settings,
      });
      return settings;
    });
  }
}
