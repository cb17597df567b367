export { CampaignActionsService } from './campaign-actions.service';
export { CampaignSettingsRepository } from './campaign-settings.repository';
export { campaignsMigration } from './campaigns.migration';
export { CampaignsModule } from './campaigns.module';
export { CampaignsService } from './campaigns.service';
