import type { PlaybookParameter, PlaybookStep } from '../playbook';

/** Steps and parameters that mean the same in every playbook that has them. */

export const ignorePendingRestart: PlaybookParameter = {
  name: 'ignorePendingRestart',
  type: 'boolean',
  default: false,
  description: 'Go on although a restart is pending.',
};

export const verifyMinutes: PlaybookParameter = {
  name: 'verifyMinutes',
  type: 'integer',
  default: 15,
  minimum: 1,
  maximum: 240,
  description: 'How long the machine waits for the scan that proves it, in minutes.',
};

/** With the parameter `ignorePendingRestart` it passes with a warning. */
export const checkPendingRestart: PlaybookStep = {
  id: 'check-pending-restart',
  section: 'preflight',
  action: 'check-pending-restart',
  title: 'Check that no restart is pending',
};

export const checkInstallerBusy: PlaybookStep = {
  id: 'check-installer-busy',
  section: 'preflight',
  action: 'check-installer-busy',
  title: 'Check that nothing is being installed',
};

export const triggerScan: PlaybookStep = {
  id: 'trigger-scan',
  section: 'acting',
  action: 'trigger-scan',
  title: 'Have Windows look for updates',
};

/** `stepsFor` puts the parameter `verifyMinutes` there. */
export const verifyScan = {
  id: 'verify-scan',
  section: 'verifying',
  action: 'verify-scan',
  timeoutSeconds: 900,
  title: 'Verify that a scan ends well',
} as const satisfies PlaybookStep;

/** Of playbooks that have a purpose of their own, and are seen to have reached it by another step. */
export const verifyFailure = {
  ...verifyScan,
  title: 'Verify that the failure is gone, where the run is to mend one',
  onlyWithFailure: true,
} as const satisfies PlaybookStep;
