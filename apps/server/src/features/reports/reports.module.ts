import { Module } from '@nestjs/common';
import { FailuresModule } from '../failures';
import { MachinesModule } from '../machines';
import { ReleasesModule } from '../releases';
import { RunsModule } from '../runs';
import { ReportJobs } from './report-jobs';
import { ReportWriter } from './report-writer';
import { ReportsRepository } from './reports.repository';
import { ReportsService } from './reports.service';

@Module({
  imports: [FailuresModule, MachinesModule, ReleasesModule, RunsModule],
  providers: [ReportsService, ReportWriter, ReportsRepository, ReportJobs],
  exports: [ReportsService],
})
export class ReportsModule {}
