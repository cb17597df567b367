import type { Verdict } from '../run';
import type { RetryRule } from './campaign-plan';
import type { RuleProblem } from './rule-problem';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;

/** How a run ended. */
export interface RunEnd {
  readonly verdict: Verdict;
  /** Canonical, like 0x80070002; null = none. */
  readonly code: string | null;
}

/** Why a verdict is never tried again, for people; null = it may be. */
const REFUSALS: Readonly<Record<Verdict, string | null>> = {
  fixed: 'the failure is gone',
  superseded: 'the failure is gone',
  'recovered-untreated': 'the failure is gone',
  done: 'it is done',
  'dry-run-done': 'it is done',
  undone: 'it was taken back',
  cancelled: 'somebody wanted it to end',
  expired: 'its time was over; a machine that was away is waited for without any rule',
  inconsistent: 'somebody must look at the machine first',
  'scan-ok-not-installed': null,
  unverified: null,
  'same-error': null,
  'new-error': null,
  'step-failed': null,
  'rolled-back': null,
  lost: null,
  skipped: null,
  recurred: null,
};

/**
 * In how many milliseconds a run that ended so is tried again, after so many attempts were made; null = never. The first
 * rule that fits counts, and the wait doubles with each attempt, to a week at most.
 */
export function retryAfter(
  rules: readonly RetryRule[],
  end: RunEnd,
  attempts: number,
): number | null {
  if (REFUSALS[end.verdict] !== null) return null;
  const rule = rules.find(
    ({ verdicts, codes }) =>
      verdicts.includes(end.verdict) &&
      (codes === null || (end.code !== null && codes.includes(end.code))),
  );
  if (rule === undefined || attempts >= rule.attempts) return null;
  return Math.min(WEEK, rule.backOffMinutes * MINUTE * 2 ** Math.max(0, attempts - 1));
}

/** All that is wrong with rules of retrying; paths begin with the number of the rule, from 0. */
export function retryProblems(rules: readonly RetryRule[]): RuleProblem[] {
  return rules.flatMap((rule, index) =>
    [...ruleProblems(rule), ...shadowProblems(rule, rules.slice(0, index))].map(
      ({ path, message }) => ({ path: `${index}.${path}`, message }),
    ),
  );
}

function ruleProblems({ verdicts, codes, attempts, backOffMinutes }: RetryRule): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const add = (path: string, message: string) => problems.push({ path, message });
  if (verdicts.length === 0) add('verdicts', 'must name a verdict');
  for (const verdict of verdicts) {
    const refusal = REFUSALS[verdict];
    if (refusal !== null) add('verdicts', `${verdict} is never tried again: ${refusal}`);
  }
  if (codes?.length === 0) add('codes', 'must name a code, or none for all');
  if (!(Number.isInteger(attempts) && attempts >= 2 && attempts <= 10)) {
    add('attempts', 'must be a whole number from 2 to 10, the first try included');
  }
  if (!(backOffMinutes >= 1 && backOffMinutes * MINUTE <= WEEK)) {
    add('backOffMinutes', 'must be from 1 minute to 7 days');
  }
  return problems;
}

/** A rule that never counts because earlier ones take all that it is for. */
function shadowProblems(rule: RetryRule, earlier: readonly RetryRule[]): RuleProblem[] {
  const taken = rule.verdicts.every((verdict) => {
    const before = earlier.filter(({ verdicts }) => verdicts.includes(verdict));
    const all = before.some(({ codes }) => codes === null);
    const some = before.flatMap(({ codes }) => codes ?? []);
    return all || (rule.codes !== null && rule.codes.every((code) => some.includes(code)));
  });
  const idle = rule.verdicts.length > 0 && rule.codes?.length !== 0 && taken;
  return idle ? [{ path: 'verdicts', message: 'an earlier rule takes all of this one' }] : [];
}
