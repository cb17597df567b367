export { CampaignActionsService } from './campaign-actions.service';
export { CampaignDispatchRepository } from './campaign-dispatch.repository';
export { CampaignSettingsRepository } from './campaign-settings.repository';
export { campaignsMigration } from './campaigns.migration';
export { CampaignsModule } from './campaigns.module';
export { CampaignsService } from './campaigns.service';
