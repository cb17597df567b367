import type { Playbook } from '../playbook';
import {
  checkInstallerBusy,
  checkPendingRestart,
  ignorePendingRestart,
  triggerScan,
  verifyFailure,
  verifyMinutes,
} from './building-blocks';

const GIB = 1024 ** 3;

/**
 * For the causes of the install phase: `DISM /Online /Cleanup-Image /RestoreHealth`, then `sfc /scannow`. What DISM has
 * repaired stays repaired: there is nothing to take back, and a client that died in the middle has it begun again, which
 * DISM allows.
 */
export const repairComponentStore: Playbook = {
  name: 'repair-component-store',
  version: 1,
  title: 'Repair the component store',
  description:
    'Has Windows check its component store and fetch what is damaged from Windows Update or the WSUS server (DISM RestoreHealth), then compare and repair system files (SFC). It takes from ten minutes to two hours.',
  sideEffects: [
    'The machine works hard on its disk for a while.',
    'Up to several hundred megabytes are downloaded when something is damaged.',
    'A restart may be needed afterwards. The playbook does not restart by itself.',
    'A repair can not be taken back.',
  ],
  parameters: [
    ignorePendingRestart,
    {
      name: 'repairSystemFiles',
      type: 'boolean',
      default: true,
      description: 'Also compare system files with the store, and replace damaged ones (SFC).',
    },
    verifyMinutes,
  ],
  steps: [
    checkPendingRestart,
    checkInstallerBusy,
    {
      id: 'check-free-space',
      section: 'preflight',
      action: 'check-free-space',
      path: '${windir}',
      minimumBytes: 4 * GIB,
      title: 'Check that there is room for what is fetched',
    },
    {
      id: 'check-component-store',
      section: 'preflight',
      action: 'check-component-store',
      title: 'Ask Windows how the component store is',
    },
    {
      id: 'restore-component-store',
      section: 'acting',
      action: 'restore-component-store',
      timeoutSeconds: 3 * 3600,
      title: 'Repair the component store',
    },
    triggerScan,
    {
      id: 'repair-system-files',
      section: 'verifying',
      action: 'repair-system-files',
      timeoutSeconds: 2 * 3600,
      title: 'Compare and repair system files',
      onlyIf: 'repairSystemFiles',
    },
    {
      id: 'verify-component-store',
      section: 'verifying',
      action: 'verify-component-store',
      title: 'Verify that the component store is healthy',
    },
    verifyFailure,
  ],
};
