import { Controller, Get } from '@nestjs/common';
import { type MachineCampaign, machineCampaignListSchema } from '@fleetmend/dashboard-api';
import { Documented, ValidParam } from '../../platform/http';
import { CampaignsService } from './campaigns.service';

@Controller('machines')
export class MachineCampaignsController {
  constructor(private readonly campaigns: CampaignsService) {}

  @Get(':id/campaigns')
  @Documented({
    summary: 'Campaigns in which a machine takes part or waits',
    answer: machineCampaignListSchema,
  })
  of(@ValidParam('id') id: string): Promise<{ items: MachineCampaign[] }> {
    return this.campaigns.ofMachine(id);
  }
}
