export { failuresMigration } from './failures.migration';
export * from './failures.module';
export { type FailureChanges, FailuresService, type ReportedOccurrence } from './failures.service';
