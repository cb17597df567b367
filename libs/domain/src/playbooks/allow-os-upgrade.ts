import type { Playbook } from '../playbook';
import { triggerScan, verifyMinutes, verifyFailure } from './building-blocks';

/** Where Windows 7 and 8.1 looked; one public recipe writes to the key above, which does nothing. */
const VALUE = {
  key: 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\OSUpgrade',
  value: 'AllowOSUpgrade',
} as const;

/**
 * The value that public recipes set for 0x80240020, 0x80080080 and 0x8024600A. Its meaning is documented for the offer
 * of Windows 10 on Windows 7 and 8.1 only: on newer systems the order must ask for it twice.
 */
export const allowOsUpgrade: Playbook = {
  name: 'allow-os-upgrade',
  version: 1,
  title: 'Allow the feature update in the registry',
  description:
    'Sets OSUpgrade\\AllowOSUpgrade to 1, for feature updates that Windows Update offers and then refuses to install. Undo puts back the value that was there before, or takes the value and its key away again.',
  sideEffects: [
    'A value of the registry is set, which Microsoft documents for Windows 7 and 8.1 only.',
    'Windows may go on with a feature update that it had refused.',
  ],
  parameters: [
    {
      name: 'withoutFailure',
      type: 'boolean',
      default: false,
      description: 'Set it although the run is to mend no failure of a feature update.',
    },
    {
      name: 'evenIfUndocumented',
      type: 'boolean',
      default: false,
      description:
        'Set it although this Windows (10, 11 and the servers of their age) has no documented meaning for it. It does no harm there, and may do nothing.',
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-feature-update',
      section: 'preflight',
      action: 'check-feature-update',
      title: 'Check that it is about a feature update, and that this Windows knows the value',
    },
    {
      id: 'read-value',
      section: 'snapshot',
      action: 'read-registry-value',
      ...VALUE,
      title: 'Note the value as it is',
    },
    {
      id: 'set-value',
      section: 'acting',
      action: 'set-registry-value',
      ...VALUE,
      data: 1,
      title: 'Set AllowOSUpgrade to 1',
      undo: 'restore-registry',
    },
    triggerScan,
    {
      id: 'verify-value',
      section: 'verifying',
      action: 'verify-registry-value',
      ...VALUE,
      data: 1,
      title: 'Verify that the value stands',
    },
    verifyFailure,
  ],
};
