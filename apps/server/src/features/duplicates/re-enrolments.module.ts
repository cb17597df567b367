import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { ConnectionsModule } from '../connections';
import { OrderSignerModule } from '../enrolment';
import { MachinesModule } from '../machines';
import { DuplicatesModule } from './duplicates.module';
import { ReEnrolmentsController } from './re-enrolments.controller';
import { ReEnrolmentsRepository } from './re-enrolments.repository';
import { ReEnrolmentsService } from './re-enrolments.service';

/** What copied computers ask; apart from the pairs, which need no connections. */
@Module({
  imports: [AuditModule, ConnectionsModule, DuplicatesModule, MachinesModule, OrderSignerModule],
  controllers: [ReEnrolmentsController],
  providers: [ReEnrolmentsRepository, ReEnrolmentsService],
})
export class ReEnrolmentsModule {}
