import type { Playbook } from '../playbook';
import {
  checkInstallerBusy,
  checkPendingRestart,
  ignorePendingRestart,
  triggerScan,
  verifyMinutes,
  verifyScan,
} from './building-blocks';

/** What the troubleshooter is known to stop and start. */
const SERVICES = ['wuauserv', 'bits', 'cryptsvc', 'appidsvc'] as const;

/**
 * The built-in "Windows Update troubleshooter", unattended. Microsoft has retired it: from Windows 11 22H2 on it is
 * redirected to Get Help, and newer builds don't have it at all. Then the run says so and changes nothing.
 */
export const runTroubleshooter: Playbook = {
  name: 'run-troubleshooter',
  version: 1,
  title: 'Run the Windows Update troubleshooter',
  description:
    'Runs the troubleshooter that comes with Windows, without a window, where this Windows still has it; newer versions of Windows 11 do not. "Repair the update services" and "Reset SoftwareDistribution" do openly, and in steps that can be taken back, what it does.',
  sideEffects: [
    'The troubleshooter decides by itself what it repairs; it may reset the update cache, and with it the update history.',
    'What it has repaired can not be taken back. Services that ran before run again afterwards.',
  ],
  parameters: [ignorePendingRestart, verifyMinutes],
  steps: [
    {
      id: 'check-troubleshooter',
      section: 'preflight',
      action: 'check-troubleshooter',
      title: 'Check that this Windows has the troubleshooter',
    },
    checkPendingRestart,
    checkInstallerBusy,
    {
      id: 'save-update-history',
      section: 'snapshot',
      action: 'save-update-history',
      title: 'Save the update history',
    },
    {
      id: 'save-service-states',
      section: 'snapshot',
      action: 'save-service-states',
      services: SERVICES,
      title: 'Note which services run, and their start types',
    },
    {
      id: 'run-troubleshooting-pack',
      section: 'acting',
      action: 'run-troubleshooting-pack',
      timeoutSeconds: 1800,
      title: 'Run the troubleshooter',
      undo: 'restore-services',
    },
    {
      id: 'restore-services',
      section: 'acting',
      action: 'restore-services',
      timeoutSeconds: 60,
      title: 'Start the services that ran before',
    },
    triggerScan,
    {
      id: 'verify-services',
      section: 'verifying',
      action: 'verify-services',
      title: 'Verify that the services stand as before',
    },
    verifyScan,
  ],
};
