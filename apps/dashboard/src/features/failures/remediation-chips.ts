import type { Fingerprint } from '@fleetmend/dashboard-api';
import type { Tone } from '../../design/status-chip';
import { holdOf } from './hold-summary';

export interface RemediationChip {
  readonly tone: Tone;
  readonly word: string;
}

/** How the work on a failure stands, beside on how many machines it is: under way, held, came back. */
export function remediationChips({
  activeRuns,
  verdicts,
}: Pick<Fingerprint, 'activeRuns' | 'verdicts'>): readonly RemediationChip[] {
  const chips: RemediationChip[] = [];
  const { held } = holdOf(verdicts);
  const cameBack = verdicts['recurred'] ?? 0;
  if (activeRuns > 0) {
    chips.push({ tone: 'active', word: `A fix is on the way on ${machines(activeRuns)}` });
  }
  if (held > 0) chips.push({ tone: 'good', word: `${held.toLocaleString('en')} mended` });
  if (cameBack > 0) {
    const fixes = cameBack === 1 ? 'fix' : 'fixes';
    chips.push({ tone: 'bad', word: `${cameBack.toLocaleString('en')} ${fixes} did not hold` });
  }
  return chips;
}

/** A machine has one run at a time. */
function machines(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'machine' : 'machines'}`;
}
