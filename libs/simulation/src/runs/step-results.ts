import type { StepEvent } from '@fleetmend/client-protocol';
import type { PlaybookActionName, PlaybookStep } from '@fleetmend/domain';
import type { MachineFaults } from '../faults/machine-faults';
import type { MachineProfile } from '../machines/fleet';
import { MACHINE_RESULTS } from './machine-results';
import type { Random } from '../random';
import { REPAIR_RESULTS } from './repair-results';

/** What a run finds on its machine. */
export interface RunCircumstances {
  readonly profile: MachineProfile;
  readonly faults: MachineFaults;
  /** When the run began: names the renamed folder. */
  readonly startedAt: Date;
  readonly random: Random;
}

/** What a step tells when it has ended. */
export type StepResult = Pick<StepEvent, 'message' | 'errorCode' | 'details'>;

/** What the reset renames. */
export const FOLDER = 'C:\\Windows\\SoftwareDistribution';

/** A step that goes well. */
export type Result = StepResult & {
  /** How long the step takes, from and to, in seconds. */
  readonly seconds: readonly [number, number];
};

/** How a step goes well. */
export function resultOf(step: PlaybookStep, circumstances: RunCircumstances): Result {
  return RESULTS[step.action](circumstances);
}

const RESULTS: Readonly<Record<PlaybookActionName, (found: RunCircumstances) => Result>> = {
  'check-plain-directory': () => ({
    seconds: [0.05, 0.2],
    message: `${FOLDER} is an ordinary folder.`,
  }),
  'check-pending-restart': () => ({ seconds: [0.05, 0.3], message: 'No restart is pending.' }),
  'check-installer-busy': () => ({ seconds: [0.2, 1], message: 'Nothing is being installed.' }),
  'check-free-space': ({ profile }) => ({
    seconds: [0.05, 0.2],
    message: `${gigabytes(profile.freeSystemDiskBytes)} are free.`,
    details: { freeBytes: profile.freeSystemDiskBytes },
  }),
  'check-update-policy': ({ profile }) => ({
    seconds: [0.05, 0.2],
    message:
      profile.wsusServer === undefined
        ? 'No policy forbids updates.'
        : `Updates come from ${profile.wsusServer}; no policy forbids them.`,
  }),
  'save-update-history': ({ random }) => {
    const entries = random.integer(24, 180);
    return {
      seconds: [0.5, 3],
      message: `Saved ${entries} entries of the update history.`,
      details: { entries },
    };
  },
  'save-service-states': () => ({
    seconds: [0.1, 0.4],
    message: 'usosvc, wuauserv and dosvc run; bits does not.',
    details: { usosvc: 'running', wuauserv: 'running', dosvc: 'running', bits: 'stopped' },
  }),
  'measure-directory': ({ profile, random }) => {
    const files = random.integer(900, 24_000);
    return {
      seconds: [0.4, 5],
      message: `The folder holds ${gigabytes(profile.cacheBytes)} in ${files} files.`,
      details: { bytes: profile.cacheBytes, files },
    };
  },
  'stop-services': () => ({
    seconds: [2, 14],
    message: 'usosvc, wuauserv and dosvc are stopped.',
    details: { stopped: 'usosvc, wuauserv, dosvc' },
  }),
  'rename-directory': ({ startedAt, random }) => {
    const backup = backupName(startedAt);
    const attempts = random.chance(0.25) ? random.integer(2, 4) : 1;
    return {
      seconds: attempts === 1 ? [0.1, 0.6] : [4, 16],
      message: `Renamed to ${backup}${attempts === 1 ? '' : ` at attempt ${attempts}`}.`,
      details: { from: FOLDER, to: `C:\\Windows\\${backup}`, attempts },
    };
  },
  'restore-services': () => ({
    seconds: [1, 6],
    message: 'usosvc, wuauserv and dosvc run again; bits stays stopped, as before.',
    details: { started: 'usosvc, wuauserv, dosvc' },
  }),
  'trigger-scan': () => ({ seconds: [0.2, 1], message: 'Windows was told to look for updates.' }),
  'verify-services': () => ({ seconds: [0.1, 0.5], message: 'All services stand as before.' }),
  'verify-service-ran': () => ({ seconds: [0.5, 4], message: 'wuauserv was seen running.' }),
  'verify-directory': () => ({
    seconds: [1, 8],
    message: 'Windows made a new folder with a new datastore.',
    details: { dataStore: true },
  }),
  ...MACHINE_RESULTS,
  ...REPAIR_RESULTS,
  'verify-scan': ({ random }) => {
    const updates = random.integer(1, 4);
    return {
      seconds: [8, 40],
      message: `The scan ended well and found ${updates} ${updates === 1 ? 'update' : 'updates'}.`,
      details: { updates },
    };
  },
};

/** The name that the folder gets: of the moment, so that it can't collide. */
export function backupName(at: Date): string {
  return `SoftwareDistribution.bak-${at.toISOString().replace(/\D/g, '').slice(0, 14)}`;
}

/** So many bytes, for people. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}
