import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { AuditModule } from '../audit';
import { OrderSignerModule } from '../enrolment';
import { FingerprintsModule } from '../fingerprints';
import { EmergencyStopController } from './emergency-stop.controller';
import { EmergencyStopRepository } from './emergency-stop.repository';
import { EmergencyStopService } from './emergency-stop.service';
import { OrdersRepository } from './orders.repository';
import { RemediationsController } from './remediations.controller';
import { RemediationsRepository } from './remediations.repository';
import { RemediationsService } from './remediations.service';
import { RunDispatcher } from './run-dispatcher';
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
  controllers: [EmergencyStopController, RemediationsController, RunsController],
  providers: [
    EmergencyStopRepository,
    EmergencyStopService,
    OrdersRepository,
    RemediationsRepository,
    RemediationsService,
    RunDispatcher,
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
  exports: [
    EmergencyStopService,
    RunDispatcher,
    RunEventsService,
    RunsService,
    VerdictProofService,
  ],
})
export class RunsModule {}
