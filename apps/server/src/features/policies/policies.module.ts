import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { AuditModule } from '../audit';
import { CampaignsModule } from '../campaigns';
import { FingerprintsModule } from '../fingerprints';
import { RunsModule } from '../runs';
import { PoliciesController } from './policies.controller';
import { PoliciesRepository } from './policies.repository';
import { PoliciesService } from './policies.service';
import { PolicyApplyService } from './policy-apply.service';
import { PolicyCandidatesRepository } from './policy-candidates.repository';
import { PolicySwitch } from './policy-switch';

@Module({
  imports: [AuditModule, CampaignsModule, FingerprintsModule, JobsModule, RunsModule],
  controllers: [PoliciesController],
  providers: [
    PoliciesRepository,
    PoliciesService,
    PolicyApplyService,
    PolicyCandidatesRepository,
    PolicySwitch,
  ],
})
export class PoliciesModule {}
