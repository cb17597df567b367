import { VERDICT_LEVELS } from '../run';
import { type Amount, amountOf } from './amount';
import { amountProblem } from './amount-problem';
import type { CampaignBudget, GateRule } from './gate-rule';
import type { RuleProblem } from './rule-problem';

/** L4 takes weeks: no wave waits for that. */
const LEVELS = new Set<string>(VERDICT_LEVELS.filter((level) => level !== 'L4'));

/** All that is wrong with a gate, which would then decide nothing, or never pass; the sizes are those of the waves. */
export function gateProblems(rule: GateRule, waveSizes: readonly number[]): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const add = (path: string, message: string) => problems.push({ path, message });

  if (!LEVELS.has(rule.provenLevel)) {
    add('provenLevel', 'must be L0, L1, L2 or L3');
  }
  if (!(rule.successPercent > 0 && rule.successPercent <= 100)) {
    add('successPercent', 'must be a number above 0, 100 at most');
  }
  if (!(rule.maximumWaitHours > 0 && Number.isFinite(rule.maximumWaitHours))) {
    add('maximumWaitHours', 'must be a number above 0');
  }
  if (!(rule.soakHours >= 0 && Number.isFinite(rule.soakHours))) {
    add('soakHours', 'must be a number, 0 or more');
  }
  problems.push(...amountProblems('minimumDecided', rule.minimumDecided));
  problems.push(...amountProblems('hardErrors', rule.hardErrors));
  problems.push(...amountProblems('softErrors', rule.softErrors));
  if (
    rule.sameNewError !== null &&
    !(Number.isInteger(rule.sameNewError) && rule.sameNewError >= 1)
  ) {
    add('sameNewError', 'must be a whole number of machines, 1 or more');
  }
  if (amountProblem(rule.minimumDecided) === null) {
    const [path, value] = Object.entries(rule.minimumDecided)[0] ?? ['', 0];
    if (value === 0) add(`minimumDecided.${path}`, 'must be more than nothing');
    waveSizes.forEach((size, index) => {
      const minimum = amountOf(rule.minimumDecided, size);
      if (minimum <= size) return;
      const has = `wave ${index + 1} has only ${size}`;
      add(`minimumDecided.${path}`, `${minimum} can never be decided: ${has}`);
    });
  }
  return problems;
}

/** All that is wrong with a campaign's budget. */
export function budgetProblems(budget: CampaignBudget): RuleProblem[] {
  return [
    ...amountProblems('hardErrors', budget.hardErrors),
    ...amountProblems('softErrors', budget.softErrors),
  ];
}

function amountProblems(path: string, amount: Amount | null): RuleProblem[] {
  const problem = amount === null ? null : amountProblem(amount);
  return problem === null ? [] : [{ path: `${path}.${problem.path}`, message: problem.message }];
}
