import type { Playbook, PlaybookParameter } from '../playbook';
import { checkInstallerBusy, triggerScan, verifyFailure, verifyMinutes } from './building-blocks';

function hour(name: string, description: string): PlaybookParameter {
  return { name, type: 'integer', default: -1, minimum: -1, maximum: 24, description };
}

/** "Restart your computer", with the consent of whoever is signed in, in the maintenance window, and never twice. */
export const restartMachine: Playbook = {
  name: 'restart-machine',
  version: 1,
  title: 'Restart the machine',
  description:
    'Waits for the maintenance window, asks whoever is signed in, restarts Windows, and proves that it did. People may put it off as often as the order says; programs that do not close by themselves are closed.',
  sideEffects: [
    'Whoever is signed in loses what is not saved.',
    'Services of the machine are away for some minutes.',
    'Updates that wait for the restart are installed by it, which takes its time.',
  ],
  parameters: [
    {
      name: 'onlyIfPending',
      type: 'boolean',
      default: false,
      description: 'Restart only when Windows waits for a restart.',
    },
    {
      name: 'noticeMinutes',
      type: 'integer',
      default: 10,
      minimum: 1,
      maximum: 60,
      description: 'So long people have for their answer, and to save their work.',
    },
    {
      name: 'deferrals',
      type: 'integer',
      default: 2,
      minimum: 0,
      maximum: 10,
      description: 'So often they may put it off.',
    },
    {
      name: 'deferralMinutes',
      type: 'integer',
      default: 60,
      minimum: 1,
      maximum: 240,
      description: 'For so long each time.',
    },
    hour(
      'windowStartHour',
      'The maintenance window begins at this hour, by the clock on the wall of the machine. -1: at any time.',
    ),
    hour('windowEndHour', 'It ends at this hour; one that is earlier is that of the next day.'),
    {
      name: 'giveUpHours',
      type: 'integer',
      default: 12,
      minimum: 1,
      maximum: 20,
      description: 'When window and consent have not come together after so long, nothing is done.',
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-restart-needed',
      section: 'preflight',
      action: 'check-restart-needed',
      title: 'Look whether Windows waits for a restart',
    },
    checkInstallerBusy,
    {
      id: 'note-boot',
      section: 'snapshot',
      action: 'note-boot',
      title: 'Note which start of Windows this is',
    },
    {
      id: 'agree-on-restart',
      section: 'snapshot',
      action: 'agree-on-restart',
      title: 'Wait for the maintenance window, and for whoever is signed in',
    },
    {
      id: 'restart',
      section: 'acting',
      action: 'restart',
      graceSeconds: 30,
      title: 'Have Windows restart',
    },
    {
      id: 'await-restart',
      section: 'acting',
      action: 'await-restart',
      timeoutSeconds: 900,
      title: 'Wait for the restart',
    },
    triggerScan,
    {
      id: 'verify-restart',
      section: 'verifying',
      action: 'verify-restart',
      title: 'Verify that Windows restarted, and what it still waits for',
    },
    verifyFailure,
  ],
};
