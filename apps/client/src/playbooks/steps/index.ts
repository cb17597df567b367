import { type StepAction, type StepContext, type StepExecutor, type StepOutcome } from '../step';
import { agreeOnRestart } from './agree-on-restart';
import { awaitRestart, checkRestartNeeded, noteBoot, restart, verifyRestart } from './restart';
import { checkClockAuthority, measureClock, resyncClock, verifyClock } from './clock';
import { setClockFromServer } from './set-clock';
import { enableTimeService, releaseTimeService, startTimeService } from './time-service';
import { deleteBackups, findBackupsStep, verifyBackupsDeleted } from './backups';
import { checkFeatureUpdate } from './check-feature-update';
import { checkFreeSpace } from './check-free-space';
import { checkInstallerBusy } from './check-installer-busy';
import { checkPendingRestart } from './check-pending-restart';
import { checkPlainDirectory } from './check-plain-directory';
import { checkUpdatePolicy } from './check-update-policy';
import {
  checkComponentStore,
  repairSystemFiles,
  restoreComponentStore,
  verifyComponentStore,
} from './component-store';
import { checkDriverPolicy, installDrivers, verifyDrivers } from './drivers';
import { measureDirectory } from './measure-directory';
import { putBack } from './put-back';
import {
  putRegistryBackStep,
  putStartTypesBackStep,
  shiftClockBackStep,
  stopStartedStep,
} from './put-changes-back';
import { readRegistryValue, setRegistryValueStep, verifyRegistryValue } from './registry-value';
import { renameDirectory } from './rename-directory';
import { restoreServicesStep } from './restore-services';
import { saveServiceStates } from './save-service-states';
import { saveUpdateHistory } from './save-update-history';
import { stopServicesStep } from './stop-services';
import { checkTroubleshooter, runTroubleshootingPack } from './troubleshooter';
import { triggerScan } from './trigger-scan';
import { checkUpdateBlockers } from './update-blockers';
import { repairStartTypes, startUpdateServices, verifyUpdateServices } from './update-services';
import { verifyDirectory } from './verify-directory';
import { verifyScan } from './verify-scan';
import { verifyServiceRan } from './verify-service-ran';
import { verifyServices } from './verify-services';

const EXECUTORS: {
  readonly [A in StepAction['action']]: StepExecutor<Extract<StepAction, { action: A }>>;
} = {
  'check-pending-restart': checkPendingRestart,
  'check-installer-busy': checkInstallerBusy,
  'check-free-space': checkFreeSpace,
  'check-plain-directory': checkPlainDirectory,
  'check-update-policy': checkUpdatePolicy,
  'save-update-history': saveUpdateHistory,
  'save-service-states': saveServiceStates,
  'measure-directory': measureDirectory,
  'stop-services': stopServicesStep,
  'rename-directory': renameDirectory,
  'restore-services': restoreServicesStep,
  'trigger-scan': triggerScan,
  'verify-directory': verifyDirectory,
  'verify-services': verifyServices,
  'verify-service-ran': verifyServiceRan,
  'verify-scan': verifyScan,
  'check-component-store': checkComponentStore,
  'restore-component-store': restoreComponentStore,
  'verify-component-store': verifyComponentStore,
  'repair-system-files': repairSystemFiles,
  'check-troubleshooter': checkTroubleshooter,
  'run-troubleshooting-pack': runTroubleshootingPack,
  'check-driver-policy': checkDriverPolicy,
  'install-drivers': installDrivers,
  'verify-drivers': verifyDrivers,
  'find-backups': findBackupsStep,
  'delete-backups': deleteBackups,
  'verify-backups-deleted': verifyBackupsDeleted,
  'check-update-blockers': checkUpdateBlockers,
  'repair-start-types': repairStartTypes,
  'start-update-services': startUpdateServices,
  'verify-update-services': verifyUpdateServices,
  'check-feature-update': checkFeatureUpdate,
  'read-registry-value': readRegistryValue,
  'set-registry-value': setRegistryValueStep,
  'verify-registry-value': verifyRegistryValue,
  'check-clock-authority': checkClockAuthority,
  'measure-clock': measureClock,
  'enable-time-service': enableTimeService,
  'start-time-service': startTimeService,
  'release-time-service': releaseTimeService,
  'resync-clock': resyncClock,
  'set-clock-from-server': setClockFromServer,
  'verify-clock': verifyClock,
  'check-restart-needed': checkRestartNeeded,
  'note-boot': noteBoot,
  'agree-on-restart': agreeOnRestart,
  restart,
  'await-restart': awaitRestart,
  'verify-restart': verifyRestart,
  'put-back': putBack,
  'put-registry-back': putRegistryBackStep,
  'put-start-types-back': putStartTypesBackStep,
  'stop-started': stopStartedStep,
  'shift-clock-back': shiftClockBackStep,
};

/** Does a step with the executor of its action. */
export function executeStep(step: StepAction, context: StepContext): Promise<StepOutcome> {
  return executorOf(step).execute(step, context);
}

/** What a step would do. */
export function describeStep(step: StepAction, context: StepContext): Promise<string> {
  return executorOf(step).describe(step, context);
}

function executorOf<A extends StepAction>(step: A): StepExecutor<A> {
  return EXECUTORS[step.action] as unknown as StepExecutor<A>;
}
