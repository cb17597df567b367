export {
  type ReportedRunEvent,
  type RunEventChanges,
  RunEventsService,
} from './run-events.service';
export { runsMigration, runsWatchMigration } from './runs.migration';
export * from './runs.module';
export { RunsService } from './runs.service';
export { type FingerprintChange, VerdictProofService } from './verdict-proof.service';
