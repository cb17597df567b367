import type { NewPolicy, Policy } from '@fleetmend/dashboard-api';
import type { PolicyState } from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';
import { windowWords } from '../campaign-wizard/window-words';
import { verdictWords } from '../run/run-words';

/** A state as a chip. */
export const POLICY_STATE_WORDS: Readonly<
  Record<PolicyState, { readonly label: string; readonly tone: Tone }>
> = {
  off: { label: 'Off', tone: 'quiet' },
  rehearsing: { label: 'Rehearsing', tone: 'info' },
  on: { label: 'On', tone: 'good' },
};

/** "3 machines", "1 machine". */
export function machinesWords(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'machine' : 'machines'}`;
}

/** Verdicts with their counts, the most first: "12 Fixed, 3 Same error". */
export function verdictsWords(verdicts: Policy['verdicts']): string {
  const entries = Object.entries(verdicts).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return 'No run has ended yet';
  return entries
    .map(([verdict, count]) => `${count.toLocaleString('en')} ${verdictWords(verdict).label}`)
    .join(', ');
}

/** When orders may go out. */
export function windowsWords(windows: NewPolicy['windows']): string {
  return windows.length === 0 ? 'At any time' : windows.map(windowWords).join('; ');
}
