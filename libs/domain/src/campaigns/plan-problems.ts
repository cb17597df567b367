import type { CampaignRules } from './campaign-plan';
import { budgetProblems, gateProblems } from './gate-problems';
import { nextOpening, openWindow, windowProblems } from './maintenance-window';
import { retryProblems } from './retry-rule';
import type { RuleProblem } from './rule-problem';

const HOUR = 3_600_000;

/** A plan as far as its rules go. */
export interface JudgedPlan extends CampaignRules {
  /** ISO 8601; null = frozen at launch. */
  readonly dynamicUntil: string | null;
}

/**
 * Everything that is wrong with the rules of a plan, by field. A plan with problems can't be saved: a gate that can't be
 * read, or never be met, must not be found out in the middle of a campaign. `waveSizes` are those of the draw.
 */
export function planProblems(
  plan: JudgedPlan,
  waveSizes: readonly number[],
  now: Date,
): readonly RuleProblem[] {
  const { gate, budget, execution, rollout } = plan;
  const begin = execution.startAt === null ? now : new Date(execution.startAt);
  const end = new Date(execution.endAt);
  return [
    ...inside('gate', gateProblems(gate, waveSizes)),
    ...inside('budget', budgetProblems(budget)),
    ...execution.windows.flatMap((window, index) =>
      inside(`execution.windows.${index}`, windowProblems(window)),
    ),
    ...inside('execution.retries', retryProblems(execution.retries)),
    ...times(plan, begin, end, now),
    ...windowsInside(plan, begin, end),
    ...(rollout.waves.length > 0 && waveSizes.length === 0
      ? [{ path: 'targets', message: 'no machine is left to take part' }]
      : []),
  ];
}

function times(plan: JudgedPlan, begin: Date, end: Date, now: Date): RuleProblem[] {
  const { gate, rollout, dynamicUntil } = plan;
  const problems: RuleProblem[] = [];
  if (end <= now) {
    problems.push({ path: 'execution.endAt', message: 'is over already' });
  } else if (end <= begin) {
    problems.push({ path: 'execution.endAt', message: 'comes before the start' });
  } else if (begin.getTime() + gate.soakHours * HOUR >= end.getTime()) {
    const message = `is over before the first wave has been watched for ${gate.soakHours} hours`;
    problems.push({ path: 'execution.endAt', message });
  }
  const until = rollout.holdOut && new Date(rollout.holdOut.until);
  if (until && until <= begin) {
    problems.push({ path: 'rollout.holdOut.until', message: 'comes before the start' });
  }
  if (until && until >= end) {
    const message = 'must come before the end: machines that were held out are treated after it';
    problems.push({ path: 'rollout.holdOut.until', message });
  }
  if (dynamicUntil !== null && new Date(dynamicUntil) >= end) {
    const message = 'must come before the end';
    problems.push({ path: 'targets.dynamicUntil', message });
  }
  return problems;
}

/** A campaign in whose time no window opens would wait until it expires. */
function windowsInside({ execution }: JudgedPlan, begin: Date, end: Date): RuleProblem[] {
  const { windows } = execution;
  if (windows.length === 0 || windows.some((window) => windowProblems(window).length > 0))
    return [];
  // Machines in their own time are at most half a day away from this.
  if (openWindow(windows, 'UTC', begin)) return [];
  const opens = nextOpening(windows, 'UTC', begin);
  if (opens !== null && opens < end) return [];
  return [{ path: 'execution.windows', message: 'none opens between start and end' }];
}

function inside(path: string, problems: readonly RuleProblem[]): RuleProblem[] {
  return problems.map((problem) => ({
    path: problem.path === '' ? path : `${path}.${problem.path}`,
    message: problem.message,
  }));
}
