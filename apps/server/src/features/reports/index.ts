export { reportsByAgeMigration, reportsMigration } from './reports.migration';
export * from './reports.module';
export { ReportsService } from './reports.service';
