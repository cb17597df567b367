import { Module } from '@nestjs/common';
import { JobsModule } from '../../platform/jobs';
import { AuditModule } from '../audit';
import { FingerprintsModule } from '../fingerprints';
import { RunsModule } from '../runs';
import { EscalationLooksRepository } from './escalation-looks.repository';
import { EscalationOrders } from './escalation-orders';
import { EscalationRulesController } from './escalation-rules.controller';
import { EscalationRulesRepository } from './escalation-rules.repository';
import { EscalationRulesService } from './escalation-rules.service';
import { EscalationWatchService } from './escalation-watch.service';
import { EscalationsController } from './escalations.controller';
import { EscalationsRepository } from './escalations.repository';
import { EscalationsService } from './escalations.service';

@Module({
  imports: [AuditModule, FingerprintsModule, JobsModule, RunsModule],
  controllers: [EscalationRulesController, EscalationsController],
  providers: [
    EscalationLooksRepository,
    EscalationOrders,
    EscalationRulesRepository,
    EscalationRulesService,
    EscalationWatchService,
    EscalationsRepository,
    EscalationsService,
  ],
})
export class EscalationsModule {}
