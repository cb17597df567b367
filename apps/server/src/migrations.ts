import { auditMigration } from './features/audit';
import { campaignsMigration } from './features/campaigns';
import { usedProofsMigration } from './features/connections';
import { duplicatesMigration } from './features/duplicates';
import { effectMigration } from './features/effect';
import { enrolmentLabelsMigration, enrolmentMigration } from './features/enrolment';
import { escalationsMigration } from './features/escalations';
import { failuresMigration } from './features/failures';
import { fingerprintsMigration } from './features/fingerprints';
import {
  machineInstancesMigration,
  machineLabelsMigration,
  machineNodesMigration,
  machinesMigration,
} from './features/machines';
import { policiesMigration } from './features/policies';
import { releasesMigration } from './features/releases';
import { reportsByAgeMigration, reportsMigration } from './features/reports';
import { emergencyStopMigration, runsMigration, runsWatchMigration } from './features/runs';
import { savedFiltersMigration } from './features/saved-filters';
import { usersMigration } from './features/users';
import { clusterMigration } from './platform/cluster';
import type { Migration } from './platform/database';
import { jobsMigration } from './platform/jobs';

/** The schema, step by step. Order is by the moment that each step carries in its name. */
export const MIGRATIONS: readonly Migration[] = [
  auditMigration,
  usersMigration,
  jobsMigration,
  enrolmentMigration,
  machinesMigration,
  fingerprintsMigration,
  failuresMigration,
  reportsMigration,
  runsMigration,
  reportsByAgeMigration,
  runsWatchMigration,
  machineLabelsMigration,
  enrolmentLabelsMigration,
  savedFiltersMigration,
  duplicatesMigration,
  releasesMigration,
  emergencyStopMigration,
  clusterMigration,
  machineNodesMigration,
  machineInstancesMigration,
  usedProofsMigration,
  effectMigration,
  escalationsMigration,
  campaignsMigration,
  policiesMigration,
];
