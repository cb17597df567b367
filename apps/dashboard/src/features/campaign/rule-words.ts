import type { CampaignChange, CampaignPlan } from '@fleetmend/dashboard-api';
import type { Amount } from '@fleetmend/domain';
import { exactTime } from '../../design/relative-time';
import { LEVEL_WORDS, nameWords, verdictWords } from '../run/run-words';
import { hourWords, machineWords, numberWords } from './count-words';

/** One rule of a campaign in words. */
export interface RuleWords {
  /** Stays the same while its value changes. */
  readonly id: string;
  readonly label: string;
  readonly words: string;
}

/** What of a plan can be changed after its launch. */
export type Rules = Pick<CampaignPlan, 'gate' | 'budget' | 'execution' | 'parameters'> & {
  readonly playbookVersion: number;
};

/** "3 machines", "10 %". */
export function amountWords(amount: Amount): string {
  return 'count' in amount ? machineWords(amount.count) : `${numberWords(amount.percent)} %`;
}

/** The rules of gate, budget and execution, one by one. */
export function ruleWords(rules: Rules): readonly RuleWords[] {
  const { gate, budget, execution } = rules;
  const level = LEVEL_WORDS[gate.provenLevel].label.toLowerCase();
  return [
    rule('version', 'Playbook version', String(rules.playbookVersion)),
    ...Object.entries(rules.parameters).map(([name, value]) =>
      rule(`parameter ${name}`, nameWords(name), parameterWords(value)),
    ),
    rule('success', 'A wave passes with', `${numberWords(gate.successPercent)} % successes`),
    rule('level', 'A success is proven by', `${gate.provenLevel}: ${level}`),
    rule('decided', 'At least decided', `${amountWords(gate.minimumDecided)} of the wave`),
    rule('hard', 'Hard errors of a wave', `at most ${amountWords(gate.hardErrors)}`),
    rule('soft', 'Soft errors of a wave', mostWords(gate.softErrors)),
    rule(
      'new-error',
      'Same new error',
      gate.sameNewError === null
        ? 'not watched'
        : `fails the wave on ${machineWords(gate.sameNewError)}`,
    ),
    rule('wait', 'A wave is waited for', `at most ${hourWords(gate.maximumWaitHours)}`),
    rule(
      'soak',
      'A wave is watched for',
      gate.soakHours === 0 ? 'no time' : hourWords(gate.soakHours),
    ),
    rule('budget-hard', 'Hard errors of the campaign', `at most ${amountWords(budget.hardErrors)}`),
    rule('budget-soft', 'Soft errors of the campaign', mostWords(budget.softErrors)),
    rule('concurrency', 'Machines at once', numberWords(execution.concurrency)),
    rule(
      'site-concurrency',
      'Machines at once in one site',
      execution.siteConcurrency === null ? 'no limit' : numberWords(execution.siteConcurrency),
    ),
    rule('windows', 'Maintenance windows', windowWords(execution.windows)),
    rule(
      'start',
      'Starts',
      execution.startAt === null ? 'as soon as it is launched' : exactTime(execution.startAt),
    ),
    rule('end', 'Ends at the latest', exactTime(execution.endAt)),
    rule('retries', 'Tried again', retryWords(execution.retries)),
  ];
}

/** A rule before and after a change. */
export interface RuleChange {
  readonly id: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What of `rules` is another after `change`. */
export function ruleChanges(rules: Rules, change: CampaignChange): readonly RuleChange[] {
  const before = ruleWords(rules);
  const after = ruleWords(changedRules(rules, change));
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const was = before.find((each) => each.id === id);
    const will = after.find((each) => each.id === id);
    const label = (will ?? was)?.label ?? id;
    const words = { before: was?.words ?? 'not set', after: will?.words ?? 'not set' };
    return words.before === words.after ? [] : [{ id, label, ...words }];
  });
}

/** The rules with the change made. */
export function changedRules(rules: Rules, change: CampaignChange): Rules {
  return {
    gate: change.gate ?? rules.gate,
    budget: change.budget ?? rules.budget,
    execution: change.execution ?? rules.execution,
    parameters: change.parameters ?? rules.parameters,
    playbookVersion: change.playbookVersion ?? rules.playbookVersion,
  };
}

/** Maintenance windows in a line. */
export function windowWords(windows: CampaignPlan['execution']['windows']): string {
  if (windows.length === 0) return 'none: at any time';
  return windows
    .map(({ cron, durationMinutes, timeZone }) => {
      const zone = timeZone === 'machine' ? 'local time of each machine' : timeZone;
      return `${cron} for ${hourWords(durationMinutes / 60)} (${zone})`;
    })
    .join('; ');
}

/** The sizes of the waves: "10 machines, 10 %, the rest". */
export function waveSizeWords(waves: readonly Amount[]): string {
  const sizes = waves.map(amountWords);
  const percent = waves.reduce((sum, wave) => sum + ('percent' in wave ? wave.percent : 0), 0);
  return percent >= 100 ? sizes.join(', ') : [...sizes, 'the rest'].join(', ');
}

function retryWords(retries: CampaignPlan['execution']['retries']): string {
  if (retries.length === 0) return 'never';
  return retries
    .map(({ verdicts, codes, attempts, backOffMinutes }) => {
      const which = verdicts.map((verdict) => verdictWords(verdict).label.toLowerCase()).join(', ');
      const only = codes === null ? '' : ` with ${codes.join(', ')}`;
      return `${which}${only}: ${attempts} tries, first after ${hourWords(backOffMinutes / 60)}`;
    })
    .join('; ');
}

function mostWords(amount: Amount | null): string {
  return amount === null ? 'no limit of their own' : `at most ${amountWords(amount)}`;
}

function parameterWords(value: boolean | number): string {
  if (typeof value === 'number') return numberWords(value);
  return value ? 'yes' : 'no';
}

function rule(id: string, label: string, words: string): RuleWords {
  return { id, label, words };
}
