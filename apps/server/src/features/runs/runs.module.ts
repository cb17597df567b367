import { Module } from '@nestjs/common';
import { RunEventsRepository } from './run-events.repository';
import { RunEventsService } from './run-events.service';
import { VerdictProofRepository } from './verdict-proof.repository';
import { VerdictProofService } from './verdict-proof.service';

@Module({
  providers: [RunEventsService, RunEventsRepository, VerdictProofService, VerdictProofRepository],
  exports: [RunEventsService, VerdictProofService],
})
export class RunsModule {}
