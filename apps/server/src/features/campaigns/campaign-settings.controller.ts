import { Controller, Get, Put } from '@nestjs/common';
import { type CampaignSettings, campaignSettingsSchema } from '@fleetmend/dashboard-api';
import { type Actor, CurrentActor, Documented, NeedsRole, ValidBody } from '../../platform/http';
import { CampaignSettingsService } from './campaign-settings.service';

@Controller('campaign-settings')
export class CampaignSettingsController {
  constructor(private readonly settings: CampaignSettingsService) {}

  @Get()
  @Documented({ summary: 'What holds for all campaigns', answer: campaignSettingsSchema })
  read(): Promise<CampaignSettings> {
    return this.settings.read();
  }

  @Put()
  @NeedsRole('administrator')
  @Documented({ summary: 'Change what holds for all campaigns', answer: campaignSettingsSchema })
  put(
    @ValidBody(campaignSettingsSchema) settings: CampaignSettings,
    @CurrentActor() actor: Actor,
  ): Promise<CampaignSettings> {
    return this.settings.put(settings, actor);
  }
}
