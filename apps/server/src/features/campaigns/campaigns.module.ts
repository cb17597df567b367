import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { AuditModule } from '../audit';
import { EffectModule } from '../effect';
import { FingerprintsModule } from '../fingerprints';
import { RunsModule } from '../runs';
import { CampaignActionsService } from './campaign-actions.service';
import { CampaignApproval } from './campaign-approval';
import { CampaignCandidatesRepository } from './campaign-candidates.repository';
import { CampaignControl } from './campaign-control';
import { CampaignDispatchRepository } from './campaign-dispatch.repository';
import { CampaignDispatcher } from './campaign-dispatcher';
import { CampaignEngine } from './campaign-engine';
import { CampaignEstimates } from './campaign-estimates';
import { CampaignGrowth } from './campaign-growth';
import { CampaignJobs } from './campaign-jobs';
import { CampaignLaunch } from './campaign-launch';
import { CampaignPreviewService } from './campaign-preview.service';
import { CampaignReader } from './campaign-reader';
import { CampaignReplays } from './campaign-replays';
import { CampaignRollBack } from './campaign-roll-back';
import { CampaignSettingsController } from './campaign-settings.controller';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import { CampaignSettingsService } from './campaign-settings.service';
import { CampaignSettlement } from './campaign-settlement';
import { CampaignTargeting } from './campaign-targeting';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignUndosRepository } from './campaign-undos.repository';
import { CampaignWavesRepository } from './campaign-waves.repository';
import { CampaignsController } from './campaigns.controller';
import { CampaignsRepository } from './campaigns.repository';
import { CampaignsService } from './campaigns.service';
import { MachineCampaignsController } from './machine-campaigns.controller';

@Module({
  imports: [AuditModule, EffectModule, FingerprintsModule, JobsModule, RunsModule],
  controllers: [CampaignSettingsController, CampaignsController, MachineCampaignsController],
  providers: [
    CampaignActionsService,
    CampaignApproval,
    CampaignCandidatesRepository,
    CampaignControl,
    CampaignDispatchRepository,
    CampaignDispatcher,
    CampaignEngine,
    CampaignEstimates,
    CampaignGrowth,
    CampaignJobs,
    CampaignLaunch,
    CampaignPreviewService,
    CampaignReader,
    CampaignReplays,
    CampaignRollBack,
    CampaignSettingsRepository,
    CampaignSettingsService,
    CampaignSettlement,
    CampaignTargeting,
    CampaignTargetsRepository,
    CampaignUndosRepository,
    CampaignWavesRepository,
    CampaignsRepository,
    CampaignsService,
  ],
  exports: [
    CampaignActionsService,
    CampaignDispatchRepository,
    CampaignSettingsRepository,
    CampaignsService,
  ],
})
export class CampaignsModule {}
