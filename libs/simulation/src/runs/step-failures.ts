import type { PlaybookStep } from '@fleetmend/domain';
import { FOLDER, type RunCircumstances, type StepResult, gigabytes } from './step-results';

const ACCESS_DENIED = 5;
const SHARING_VIOLATION = 32;
const SHUTDOWN_IN_PROGRESS = 1115;
/** CBS_E_SOURCE_MISSING, as exit codes show it. */
const SOURCE_MISSING = 0x800f081f | 0;
/** ERROR_TIMEOUT as an HRESULT. */
const TIMED_OUT = 0x800705b4 | 0;
/** ERROR_DI_DO_DEFAULT as an HRESULT: what the device has is the best there is. */
const NO_BETTER_DRIVER = 0x80070103 | 0;

/** How a step goes wrong, or why it refuses. */
export function failureOf(step: PlaybookStep, { profile }: RunCircumstances): StepResult {
  switch (step.action) {
    case 'check-update-policy':
      return {
        message:
          'A policy forbids Windows Update (DisableWindowsUpdateAccess). A reset would change nothing.',
      };
    case 'check-free-space':
      return {
        message: `Only ${gigabytes(profile.freeSystemDiskBytes)} are free.`,
        details: { freeBytes: profile.freeSystemDiskBytes },
      };
    case 'check-pending-restart':
      return { message: 'A restart is pending (RebootRequired).' };
    case 'rename-directory':
      return {
        message: `${FOLDER} is in use by another process, also at attempt ${step.attempts}.`,
        errorCode: SHARING_VIOLATION,
        details: { attempts: step.attempts },
      };
    case 'restore-component-store':
      return {
        message: 'DISM RestoreHealth found no source for the damaged files.',
        errorCode: SOURCE_MISSING,
      };
    case 'run-troubleshooting-pack':
      return { message: 'The troubleshooter ended with 1: nothing was mended.', errorCode: 1 };
    case 'install-drivers':
      return {
        message: 'Installed 0 of 1: Windows holds the driver that is there for the better one.',
        errorCode: NO_BETTER_DRIVER,
      };
    case 'delete-backups':
      return { message: 'A folder is in use by another process.', errorCode: SHARING_VIOLATION };
    case 'repair-start-types':
    case 'set-registry-value':
      return { message: 'Access is denied.', errorCode: ACCESS_DENIED };
    case 'resync-clock':
      return { message: 'The time source did not answer in time.', errorCode: TIMED_OUT };
    case 'restart':
      return {
        message: 'Windows refused: a shutdown is in progress.',
        errorCode: SHUTDOWN_IN_PROGRESS,
      };
    case 'verify-directory':
      return {
        message: `Windows made no new folder within ${step.timeoutSeconds} seconds.`,
        details: { dataStore: false },
      };
    case 'verify-scan':
      return { message: 'The scan failed again, with the same error as before.' };
    default:
      return { message: `${step.title}: failed.` };
  }
}
