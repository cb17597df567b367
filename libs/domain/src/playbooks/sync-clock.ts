import type { Playbook } from '../playbook';
import { triggerScan, verifyFailure, verifyMinutes } from './building-blocks';

/**
 * Sets the clock right through Windows' own time service. Domain controllers are the time of their domain, and are left
 * alone; members of a domain take their time from it and get no other source.
 */
export const syncClock: Playbook = {
  name: 'sync-clock',
  version: 1,
  title: 'Set the clock right',
  description:
    "Measures the clock against this server and the machine's own time source, has Windows' time service resynchronise, and measures again. The time service is left as it was. Windows refuses to correct more than 15 hours by itself; the clock can then be set to the server's time.",
  sideEffects: [
    'The clock of the machine changes, and with it the order of what programs write down.',
    'A clock that is set back can confuse programs that run.',
  ],
  parameters: [
    {
      name: 'toleranceSeconds',
      type: 'integer',
      default: 60,
      minimum: 1,
      maximum: 3600,
      description: 'By so many seconds the clock may differ and still count as right.',
    },
    {
      name: 'setFromServer',
      type: 'boolean',
      default: false,
      description:
        "Set the clock to this server's time when Windows' time service does not correct it. Not on members of a domain, and only over TLS.",
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-clock-authority',
      section: 'preflight',
      action: 'check-clock-authority',
      title: 'Check that this is no domain controller',
    },
    {
      id: 'measure-clock',
      section: 'snapshot',
      action: 'measure-clock',
      title: 'Measure the clock, and note where Windows takes the time from',
    },
    {
      id: 'save-service-states',
      section: 'snapshot',
      action: 'save-service-states',
      services: ['w32time'],
      title: 'Note how the time service stands',
    },
    {
      id: 'enable-time-service',
      section: 'acting',
      action: 'enable-time-service',
      title: 'Make the time service one that can be started',
      undo: 'restore-start-types',
    },
    {
      id: 'start-time-service',
      section: 'acting',
      action: 'start-time-service',
      timeoutSeconds: 60,
      title: 'Start the time service',
      undo: 'stop-started',
    },
    {
      id: 'resync-clock',
      section: 'acting',
      action: 'resync-clock',
      timeoutSeconds: 120,
      title: 'Have Windows set its clock by its time source',
    },
    {
      id: 'set-clock',
      section: 'acting',
      action: 'set-clock-from-server',
      title: "Set the clock to the server's time",
      undo: 'shift-clock-back',
      onlyIf: 'setFromServer',
    },
    {
      id: 'release-time-service',
      section: 'acting',
      action: 'release-time-service',
      timeoutSeconds: 60,
      title: 'Put the time service back as it was',
    },
    triggerScan,
    {
      id: 'verify-services',
      section: 'verifying',
      action: 'verify-services',
      title: 'Verify that the time service stands as before',
    },
    {
      id: 'verify-clock',
      section: 'verifying',
      action: 'verify-clock',
      title: 'Measure the clock again',
    },
    verifyFailure,
  ],
};
