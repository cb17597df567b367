import { Module } from '@nestjs/common';
import { FailuresModule } from '../failures';
import { MachinesModule } from '../machines';
import { RunsModule } from '../runs';
import { ReportWriter } from './report-writer';
import { ReportsRepository } from './reports.repository';
import { ReportsService } from './reports.service';

@Module({
  imports: [FailuresModule, MachinesModule, RunsModule],
  providers: [ReportsService, ReportWriter, ReportsRepository],
  exports: [ReportsService],
})
export class ReportsModule {}
