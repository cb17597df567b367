import { amountOf, type Amount } from './amount';
import { decidedOf, isEnough, minimumOf, mostCommonNewError } from './gate';
import type { CampaignBudget, GateRule, Tally } from './gate-rule';

const HOUR = 3_600_000;

/**
 * One condition of a gate or budget with what it stands at. `at-least`: it is good to reach the limit; `at-most`: it is
 * bad to go above it; `until`: the limit is when it is over. `broken` and `met` can't change any more unless a verdict
 * changes, except that `success` is met as long as the share is high enough.
 */
export interface GateMeter {
  readonly id:
    'decided' | 'success' | 'hard-errors' | 'soft-errors' | 'same-new-error' | 'wait' | 'soak';
  readonly value: number;
  readonly limit: number;
  readonly unit: 'machines' | 'percent' | 'hours';
  readonly direction: 'at-least' | 'at-most' | 'until';
  readonly state: 'open' | 'met' | 'broken';
}

/** How far a wave is. */
export interface WaveProgress {
  readonly size: number;
  readonly tally: Tally;
  /** When it began; null = not yet. */
  readonly startedAt: Date | null;
  /** Hours that a person added to the maximum wait. */
  readonly extraWaitHours: number;
  /** Until when it is watched; null = that has not begun. */
  readonly soakUntil: Date | null;
  /** Now; of a wave that was decided, the moment of the decision. */
  readonly now: Date;
}

/** The conditions of a wave's gate, in the order in which they are looked at. */
export function gateMeters(rule: GateRule, wave: WaveProgress): GateMeter[] {
  const { size, tally } = wave;
  const meters = [decided(rule, size, tally), success(rule, tally)];
  meters.push(errors('hard', rule.hardErrors, size, tally));
  if (rule.softErrors !== null) meters.push(errors('soft', rule.softErrors, size, tally));
  if (rule.sameNewError !== null) {
    const value = mostCommonNewError(tally)?.machines ?? 0;
    meters.push(atMost('same-new-error', value, rule.sameNewError - 1, tally.open));
  }
  meters.push(wait(rule, wave));
  if (rule.soakHours > 0) meters.push(soak(rule, wave));
  return meters;
}

/** The conditions of the campaign's budget; `targets` are all of the campaign, the tally is of all its waves. */
export function budgetMeters(budget: CampaignBudget, targets: number, tally: Tally): GateMeter[] {
  const meters = [errors('hard', budget.hardErrors, targets, tally)];
  if (budget.softErrors !== null) meters.push(errors('soft', budget.softErrors, targets, tally));
  return meters;
}

function decided(rule: GateRule, size: number, tally: Tally): GateMeter {
  const value = decidedOf(tally);
  const limit = minimumOf(rule, size);
  const state = value >= limit ? 'met' : value + tally.open < limit ? 'broken' : 'open';
  return { id: 'decided', value, limit, unit: 'machines', direction: 'at-least', state };
}

function success(rule: GateRule, tally: Tally): GateMeter {
  const all = decidedOf(tally);
  const reachable = isEnough(rule, tally.success + tally.open, all + tally.open);
  return {
    id: 'success',
    // Rounded down, so that what is not enough never reads as if it were.
    value: all === 0 ? 0 : Math.floor((tally.success * 1000) / all) / 10,
    limit: rule.successPercent,
    unit: 'percent',
    direction: 'at-least',
    state: isEnough(rule, tally.success, all)
      ? 'met'
      : reachable || all + tally.open === 0
        ? 'open'
        : 'broken',
  };
}

function errors(kind: 'hard' | 'soft', allowed: Amount, all: number, tally: Tally): GateMeter {
  return atMost(`${kind}-errors`, tally[kind], amountOf(allowed, all), tally.open);
}

function atMost(id: GateMeter['id'], value: number, limit: number, open: number): GateMeter {
  const state = value > limit ? 'broken' : value + open <= limit ? 'met' : 'open';
  return { id, value, limit, unit: 'machines', direction: 'at-most', state };
}

/** The wait ends when the soak begins. */
function wait(rule: GateRule, { startedAt, extraWaitHours, soakUntil, now }: WaveProgress) {
  const limit = rule.maximumWaitHours + extraWaitHours;
  const soakBegan = soakUntil === null ? Infinity : soakUntil.getTime() - rule.soakHours * HOUR;
  const end = Math.min(now.getTime(), soakBegan);
  const hours = startedAt === null ? 0 : (end - startedAt.getTime()) / HOUR;
  return until('wait', hours, limit, soakUntil !== null || hours >= limit);
}

function soak(rule: GateRule, { soakUntil, now }: WaveProgress) {
  const left = soakUntil === null ? rule.soakHours : (soakUntil.getTime() - now.getTime()) / HOUR;
  return until('soak', rule.soakHours - left, rule.soakHours, left <= 0);
}

function until(id: GateMeter['id'], hours: number, limit: number, over: boolean): GateMeter {
  const value = Math.floor(Math.min(Math.max(hours, 0), limit) * 100) / 100;
  return { id, value, limit, unit: 'hours', direction: 'until', state: over ? 'met' : 'open' };
}
