import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { AuditModule } from '../audit';
import { OrderSignerModule } from '../enrolment';
import { FingerprintsModule } from '../fingerprints';
import { OrdersRepository } from './orders.repository';
import { RemediationsController } from './remediations.controller';
import { RemediationsRepository } from './remediations.repository';
import { RemediationsService } from './remediations.service';
import { RunEventsRepository } from './run-events.repository';
import { RunEventsService } from './run-events.service';
import { RunJobs } from './run-jobs';
import { RunMover } from './run-mover';
import { RunStandingRepository } from './run-standing.repository';
import { RunWatchRepository } from './run-watch.repository';
import { RunsController } from './runs.controller';
import { RunsRepository } from './runs.repository';
import { RunsService } from './runs.service';
import { SelectionRepository } from './selection.repository';
import { VerdictProofRepository } from './verdict-proof.repository';
import { VerdictProofService } from './verdict-proof.service';

@Module({
  imports: [AuditModule, FingerprintsModule, JobsModule, OrderSignerModule],
  controllers: [RemediationsController, RunsController],
  providers: [
    OrdersRepository,
    RemediationsRepository,
    RemediationsService,
    RunEventsRepository,
    RunEventsService,
    RunJobs,
    RunMover,
    RunStandingRepository,
    RunWatchRepository,
    RunsRepository,
    RunsService,
    SelectionRepository,
    VerdictProofRepository,
    VerdictProofService,
  ],
  exports: [RunEventsService, RunsService, VerdictProofService],
})
export class RunsModule {}
