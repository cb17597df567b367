import type { RepairAction } from '@fleetmend/domain';
import type { Result, RunCircumstances } from './step-results';

const DRIVERS = [
  'Intel - Net - 23.110.0.5',
  'Realtek - MEDIA - 6.0.9683.1',
  'Lenovo - Firmware - 1.52',
];

/** How the steps of the repairs beyond the update cache go well. */
export const REPAIR_RESULTS: Readonly<
  Record<RepairAction['action'], (found: RunCircumstances) => Result>
> = {
  'check-component-store': () => ({
    seconds: [1, 3],
    message: 'The component store is damaged, and can be repaired.',
    details: { health: 'repairable' },
  }),
  'restore-component-store': () => ({
    seconds: [20, 90],
    message: 'DISM RestoreHealth ended well.',
    details: { exitCode: 0 },
  }),
  'repair-system-files': () => ({
    seconds: [15, 60],
    message: 'SFC ended well.',
    details: { exitCode: 0 },
  }),
  'verify-component-store': () => ({
    seconds: [1, 3],
    message: 'The component store is healthy.',
    details: { health: 'healthy' },
  }),
  'check-troubleshooter': () => ({
    seconds: [0.1, 0.3],
    message: 'This Windows has the Windows Update troubleshooter.',
  }),
  'run-troubleshooting-pack': () => ({
    seconds: [10, 40],
    message: 'The troubleshooter ended well.',
    details: { exitCode: 0 },
  }),
  'check-driver-policy': () => ({ seconds: [0.1, 0.3], message: 'No policy excludes drivers.' }),
  'install-drivers': ({ random }) => {
    const installed = random.integer(1, DRIVERS.length);
    const titles = DRIVERS.slice(0, installed).map((title) => `"${title}"`);
    return {
      seconds: [20, 80],
      message: `Installed ${installed} of ${installed}: ${titles.join(', ')}.`,
      details: { offered: installed, installed, failed: 0, restartRequired: false },
    };
  },
  'find-backups': () => ({
    seconds: [0.2, 1],
    message: 'May be deleted: "C:\\Windows\\SoftwareDistribution.bak-20260901081512".',
    details: { found: 2, deletable: 1 },
  }),
  'delete-backups': ({ profile }) => ({
    seconds: [2, 12],
    message: `Freed ${(profile.cacheBytes / 1024 ** 3).toFixed(1)} GiB in 1 of 1 folders.`,
    details: { freedBytes: profile.cacheBytes, folders: 1, failed: 0 },
  }),
  'verify-backups-deleted': () => ({ seconds: [0.1, 0.4], message: 'They are gone.' }),
  'verify-drivers': () => ({
    seconds: [5, 20],
    message: 'Windows Update no longer offers them, so they are installed.',
  }),
};
