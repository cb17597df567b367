import type { Verdict } from './run';

/** How a verdict is to be taken. `neutral`: the run didn't act, or nothing can be said. */
export type VerdictTone = 'good' | 'bad' | 'neutral';

const TONES: Readonly<Record<Verdict, VerdictTone>> = {
  fixed: 'good',
  superseded: 'good',
  'recovered-untreated': 'good',
  done: 'good',
  'dry-run-done': 'good',
  undone: 'good',
  'scan-ok-not-installed': 'neutral',
  unverified: 'neutral',
  expired: 'neutral',
  cancelled: 'neutral',
  skipped: 'neutral',
  'same-error': 'bad',
  'new-error': 'bad',
  'step-failed': 'bad',
  'rolled-back': 'bad',
  inconsistent: 'bad',
  lost: 'bad',
  recurred: 'bad',
};

/** How a verdict is to be taken. */
export function toneOf(verdict: Verdict): VerdictTone {
  return TONES[verdict];
}

/** Whether the failure is gone, by positive evidence. */
export function provesRecovery(verdict: Verdict): boolean {
  return verdict === 'fixed' || verdict === 'superseded' || verdict === 'recovered-untreated';
}
