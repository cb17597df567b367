import type { Release, ReleaseState } from '@fleetmend/dashboard-api';
import type { ClientUpdateState } from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';

interface Words {
  readonly word: string;
  readonly tone: Tone;
}

/** How a release stands. */
export const releaseWords: Readonly<Record<ReleaseState, Words>> = {
  incomplete: { word: 'Executable missing', tone: 'warn' },
  paused: { word: 'Paused', tone: 'quiet' },
  rolling: { word: 'Rolling out', tone: 'active' },
  halted: { word: 'Halted', tone: 'bad' },
};

/** How a machine fares with a release. */
export const updateWords: Readonly<Record<ClientUpdateState, Words>> = {
  offered: { word: 'Offered', tone: 'quiet' },
  downloading: { word: 'Downloading', tone: 'active' },
  installing: { word: 'Installing', tone: 'active' },
  installed: { word: 'Installed', tone: 'good' },
  'rolled-back': { word: 'Taken back', tone: 'bad' },
  failed: { word: 'Not taken', tone: 'warn' },
  lost: { word: 'Lost', tone: 'bad' },
};

/** The order in which parts of a bar stand. */
export const UPDATE_ORDER: readonly ClientUpdateState[] = [
  'installed',
  'installing',
  'downloading',
  'offered',
  'failed',
  'rolled-back',
  'lost',
];

/** Who is offered a release, in words. */
export function rolloutWords(release: Release): string {
  const { state, percentage, chosenMachines } = release;
  const machines = (count: number) =>
    `${count.toLocaleString('en')} ${count === 1 ? 'machine' : 'machines'}`;
  const whom =
    percentage === null
      ? chosenMachines === 0
        ? null
        : machines(chosenMachines)
      : percentage === 100
        ? 'all machines'
        : `${percentage} % of the machines`;
  switch (state) {
    case 'incomplete':
      return 'Its executable is not uploaded yet.';
    case 'rolling':
      return `Offered to ${whom ?? 'nobody'}.`;
    case 'paused':
      return whom === null
        ? 'Offered to nobody yet.'
        : `Was offered to ${whom}; nobody new is offered it.`;
    case 'halted':
      return 'Nobody gets it any more. Machines that have it keep it.';
  }
}
