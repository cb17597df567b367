import type { Verdict, VerdictLevel } from '../run';
import type { GateRule } from './gate-rule';

/** What a target counts as. `soft`: the failure is still there, nothing got worse; `hard`: something got worse. */
export const OUTCOMES = ['success', 'soft', 'hard', 'open', 'left-out'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a run has shown so far. */
export interface Shown {
  /** Null while the run has not ended. */
  readonly verdict: Verdict | null;
  /** See `provenLevels`. */
  readonly proven: readonly VerdictLevel[];
}

/**
 * Either the outcome for any gate, or the levels that the verdict proves by itself: it is a success where the gate wants
 * one of them, or one that was proven besides, and open where it wants more.
 */
type Rule = Exclude<Outcome, 'open'> | readonly VerdictLevel[];

const RULES: Readonly<Record<Verdict, Rule>> = {
  fixed: [],
  'scan-ok-not-installed': ['L0', 'L1'],
  unverified: ['L0'],
  superseded: 'success',
  done: 'success',
  'dry-run-done': 'success',
  'same-error': 'soft',
  recurred: 'soft',
  'step-failed': 'hard',
  'new-error': 'hard',
  lost: 'hard',
  inconsistent: 'hard',
  'rolled-back': 'hard',
  expired: 'left-out',
  cancelled: 'left-out',
  skipped: 'left-out',
  'recovered-untreated': 'left-out',
  undone: 'left-out',
};

/** What a target counts as for a gate that wants successes proven up to `provenLevel`. */
export function outcomeOf(
  { verdict, proven }: Shown,
  provenLevel: GateRule['provenLevel'],
): Outcome {
  if (verdict === null) return 'open';
  const rule = RULES[verdict];
  if (typeof rule === 'string') return rule;
  return rule.includes(provenLevel) || proven.includes(provenLevel) ? 'success' : 'open';
}
