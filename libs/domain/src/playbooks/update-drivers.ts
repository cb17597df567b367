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

/** Driver updates through Windows Update itself: what it offers for this machine, and nothing from elsewhere. */
export const updateDrivers: Playbook = {
  name: 'update-drivers',
  version: 1,
  title: 'Update drivers',
  description:
    'Has Windows Update search for driver updates for this machine and install them, from the source that its policies allow. Policies that exclude drivers are respected.',
  sideEffects: [
    'Devices, the screen and the network among them, can fail for a moment while their driver changes.',
    'A restart may be needed afterwards. The playbook does not restart by itself.',
    'A driver is not taken back by FleetMend; Windows keeps the previous one (Device Manager, "Roll Back Driver").',
  ],
  parameters: [
    ignorePendingRestart,
    {
      name: 'includeOptional',
      type: 'boolean',
      default: false,
      description: 'Also drivers that Windows offers as optional.',
    },
    {
      name: 'onlyProblemDevices',
      type: 'boolean',
      default: false,
      description: 'Only for devices that report a problem.',
    },
    verifyMinutes,
  ],
  steps: [
    {
      id: 'check-driver-policy',
      section: 'preflight',
      action: 'check-driver-policy',
      title: 'Check that no policy excludes drivers',
    },
    checkPendingRestart,
    checkInstallerBusy,
    {
      id: 'check-free-space',
      section: 'preflight',
      action: 'check-free-space',
      path: '${windir}',
      minimumBytes: 2 * GIB,
      title: 'Check that there is room for the drivers',
    },
    {
      id: 'install-drivers',
      section: 'acting',
      action: 'install-drivers',
      timeoutSeconds: 3 * 3600,
      title: 'Search for driver updates and install them',
    },
    triggerScan,
    {
      id: 'verify-drivers',
      section: 'verifying',
      action: 'verify-drivers',
      title: 'Verify that the drivers are installed',
    },
    verifyFailure,
  ],
};
