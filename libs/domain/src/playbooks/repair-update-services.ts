import type { Playbook } from '../playbook';
import { triggerScan, verifyMinutes, verifyFailure } from './building-blocks';

/**
 * What Windows Update needs, in the order in which it is started. Not among them: TrustedInstaller, whose start type
 * must stay as it is (0x80070BC9), and WaaSMedicSvc, which Windows protects.
 */
const SERVICES = ['cryptsvc', 'bits', 'msiserver', 'dosvc', 'wuauserv', 'usosvc'] as const;

/** Disabled services get back the start type of a fresh Windows, and those that start with Windows are started. */
export const repairUpdateServices: Playbook = {
  name: 'repair-update-services',
  version: 1,
  title: 'Repair the update services',
  description:
    'Looks at wuauserv, bits, cryptsvc, usosvc, dosvc and msiserver: a disabled one gets the start type that it has on a fresh Windows, those that start with Windows are started, and each is seen to start. Other start types are left as they are. Undo puts the start types back and stops what was started.',
  sideEffects: [
    'Services that somebody disabled on purpose run again. A policy or a program that keeps Windows from updating is reported; it is not removed.',
  ],
  parameters: [
    {
      name: 'despiteBlockers',
      type: 'boolean',
      default: false,
      description:
        'Repair start types although a policy or a program keeps this machine from updating. Nothing but start types is changed, and whoever disabled the services may do so again.',
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-update-blockers',
      section: 'preflight',
      action: 'check-update-blockers',
      services: SERVICES,
      title: 'Look for a policy or a program that keeps the machine from updating',
    },
    {
      id: 'save-service-states',
      section: 'snapshot',
      action: 'save-service-states',
      services: SERVICES,
      title: 'Note which services run, and their start types',
    },
    {
      id: 'repair-start-types',
      section: 'acting',
      action: 'repair-start-types',
      services: SERVICES,
      title: 'Give disabled services their start types back',
      undo: 'restore-start-types',
    },
    {
      id: 'start-services',
      section: 'acting',
      action: 'start-update-services',
      services: SERVICES,
      timeoutSeconds: 60,
      title: 'Start the services that start with Windows, and try the others',
      undo: 'stop-started',
    },
    triggerScan,
    {
      id: 'verify-update-services',
      section: 'verifying',
      action: 'verify-update-services',
      services: SERVICES,
      settleSeconds: 20,
      title: 'Verify that the services stand as they should, and that nobody disables them again',
    },
    verifyFailure,
  ],
};
