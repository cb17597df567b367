export { emergencyStopMigration } from './emergency-stop.migration';
export { EmergencyStopService } from './emergency-stop.service';
export { EXCLUSION_REASONS } from './remediations.service';
export { RunDispatcher } from './run-dispatcher';
export {
  type ReportedRunEvent,
  type RunEventChanges,
  RunEventsService,
} from './run-events.service';
export { runsMigration, runsWatchMigration } from './runs.migration';
export * from './runs.module';
export { RunsService } from './runs.service';
export { type FingerprintChange, VerdictProofService } from './verdict-proof.service';
export { type MadeRun, type RunPlan, selectedMachines } from './selection.repository';
