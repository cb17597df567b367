import { Module } from '@nestjs/common';
import { AuditModule } from '../audit';
import { MachinesModule } from '../machines';
import { EnrolmentTokensController } from './enrolment-tokens.controller';
import { EnrolmentTokensRepository } from './enrolment-tokens.repository';
import { EnrolmentTokensService } from './enrolment-tokens.service';
import { EnrolmentController } from './enrolment.controller';
import { EnrolmentService } from './enrolment.service';
import { OrderSignerModule } from './order-signer.module';

@Module({
  imports: [AuditModule, MachinesModule, OrderSignerModule],
  controllers: [EnrolmentTokensController, EnrolmentController],
  providers: [EnrolmentTokensRepository, EnrolmentTokensService, EnrolmentService],
  exports: [EnrolmentTokensService],
})
export class EnrolmentModule {}
