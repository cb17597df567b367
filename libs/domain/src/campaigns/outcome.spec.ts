import fc from 'fast-check';
import { VERDICTS, VERDICT_LEVELS, type Verdict, type VerdictLevel } from '../run';
import { type Outcome, OUTCOMES, outcomeOf } from './outcome';

const LEVELS = ['L0', 'L1', 'L2', 'L3'] as const;

/** Per verdict: the outcome for a gate that wants L0, L1, L2, L3, when nothing is proven besides. */
const TABLE: Readonly<Record<Verdict, readonly [Outcome, Outcome, Outcome, Outcome]>> = {
  fixed: ['open', 'open', 'open', 'open'],
  superseded: ['success', 'success', 'success', 'success'],
  done: ['success', 'success', 'success', 'success'],
  'dry-run-done': ['success', 'success', 'success', 'success'],
  'scan-ok-not-installed': ['success', 'success', 'open', 'open'],
  unverified: ['success', 'open', 'open', 'open'],
  'same-error': ['soft', 'soft', 'soft', 'soft'],
  recurred: ['soft', 'soft', 'soft', 'soft'],
  'step-failed': ['hard', 'hard', 'hard', 'hard'],
  'new-error': ['hard', 'hard', 'hard', 'hard'],
  lost: ['hard', 'hard', 'hard', 'hard'],
  inconsistent: ['hard', 'hard', 'hard', 'hard'],
  'rolled-back': ['hard', 'hard', 'hard', 'hard'],
  expired: ['left-out', 'left-out', 'left-out', 'left-out'],
  cancelled: ['left-out', 'left-out', 'left-out', 'left-out'],
  skipped: ['left-out', 'left-out', 'left-out', 'left-out'],
  'recovered-untreated': ['left-out', 'left-out', 'left-out', 'left-out'],
  undone: ['left-out', 'left-out', 'left-out', 'left-out'],
};

it('knows every verdict', () => {
  expect(Object.keys(TABLE).sort()).toEqual([...VERDICTS].sort());
});

it.each(VERDICTS)('takes %s as the table says, for each level', (verdict) => {
  expect(LEVELS.map((level) => outcomeOf({ verdict, proven: [] }, level))).toEqual(TABLE[verdict]);
});

it.each<[string, VerdictLevel[], readonly Outcome[]]>([
  ['L0', ['L0'], ['success', 'open', 'open', 'open']],
  ['L1', ['L0', 'L1'], ['success', 'success', 'open', 'open']],
  ['L2', ['L0', 'L1', 'L2'], ['success', 'success', 'success', 'open']],
  ['L1 and a restart', ['L0', 'L1', 'L3'], ['success', 'success', 'open', 'success']],
])('takes fixed, proven to %s, as a success just that far', (_, proven, expected) => {
  expect(LEVELS.map((level) => outcomeOf({ verdict: 'fixed', proven }, level))).toEqual(expected);
});

it('takes an update that was installed after all as what it is', () => {
  const shown = { verdict: 'scan-ok-not-installed', proven: ['L0', 'L1', 'L2'] } as const;
  expect(outcomeOf(shown, 'L2')).toBe('success');
  expect(outcomeOf(shown, 'L3')).toBe('open');
});

it('takes a run without verdict as open, whatever is proven', () => {
  fc.assert(
    fc.property(
      fc.subarray([...VERDICT_LEVELS]),
      fc.constantFrom(...LEVELS),
      (proven, level) => outcomeOf({ verdict: null, proven }, level) === 'open',
    ),
  );
});

it('never makes a failure of more proof, nor a success of less', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VERDICTS),
      fc.subarray([...VERDICT_LEVELS]),
      fc.subarray([...VERDICT_LEVELS]),
      fc.constantFrom(...LEVELS),
      (verdict, some, others, level) => {
        const less = outcomeOf({ verdict, proven: some }, level);
        const more = outcomeOf({ verdict, proven: [...some, ...others] }, level);
        expect(OUTCOMES).toContain(more);
        expect(more === less || (less === 'open' && more === 'success')).toBe(true);
      },
    ),
  );
});
