import { type Amount, amountOf } from './amount';
import type { CampaignBudget, GateRule, Tally } from './gate-rule';

/** A wave as its gate sees it. */
export interface JudgedWave {
  /** Its targets, those that were left out too. */
  readonly size: number;
  readonly tally: Tally;
  /** Whether the maximum wait is over. */
  readonly waitOver: boolean;
  /** `working`: it is ordered, waited for or watched, and only what can't get better counts. `evaluating`: decide now. */
  readonly phase: 'working' | 'evaluating';
}

export type GateCode =
  | 'hard-errors'
  | 'soft-errors'
  | 'same-new-error'
  | 'cannot-pass'
  | 'success'
  | 'too-few-decided'
  | 'below-threshold';

export type GateResult = 'passed' | 'failed' | 'inconclusive';

/** What a gate says of a wave; `reason` is for people and has the numbers. */
export type Judgement =
  | { readonly result: 'open' }
  | { readonly result: GateResult; readonly code: GateCode; readonly reason: string };

/** A budget that is used up; `reason` is for people. */
export interface BrokenBudget {
  readonly code: 'hard-errors' | 'soft-errors';
  readonly reason: string;
}

export function decidedOf(tally: Tally): number {
  return tally.success + tally.hard + tally.soft;
}

/**
 * How many targets of the wave must be decided: one at least, or a wave that nobody took part in would pass; and never
 * more than it has, since machines that join later, or a campaign that was shrunk, make waves that nobody planned.
 */
export function minimumOf(rule: GateRule, size: number): number {
  return Math.max(1, Math.min(amountOf(rule.minimumDecided, size), size));
}

/** Whether so many successes are enough of so many decided. The last digits of a product don't decide. */
export function isEnough(rule: GateRule, successes: number, decided: number): boolean {
  if (decided <= 0) return false;
  const wanted = rule.successPercent * decided;
  return successes * 100 >= wanted - wanted * 1e-12;
}

/** The new error code that most machines have, if any; of equals the first in the alphabet. */
export function mostCommonNewError(tally: Tally): { code: string; machines: number } | null {
  const [most] = Object.entries(tally.newErrors)
    .map(([code, count]) => ({ code, machines: count }))
    .sort((a, b) => b.machines - a.machines || (a.code < b.code ? -1 : 1));
  return most ?? null;
}

/** What the gate says of a wave. In phase `evaluating` it is never `open`, in phase `working` never `passed`. */
export function judgeWave(rule: GateRule, wave: JudgedWave): Judgement {
  const { size, tally, phase } = wave;
  const broken =
    tooMany('hard', rule.hardErrors, size, tally.hard) ??
    tooMany('soft', rule.softErrors, size, tally.soft) ??
    sameNewError(rule, tally);
  if (broken !== null) return { result: 'failed', ...broken };
  return phase === 'evaluating' ? evaluated(rule, wave) : early(rule, wave);
}

/** Whether the campaign's budget is used up; `targets` are all of the campaign, the tally is of all its waves. */
export function budgetBroken(
  budget: CampaignBudget,
  targets: number,
  tally: Tally,
): BrokenBudget | null {
  return (
    tooMany('hard', budget.hardErrors, targets, tally.hard) ??
    tooMany('soft', budget.softErrors, targets, tally.soft)
  );
}

function early(rule: GateRule, { size, tally, waitOver }: JudgedWave): Judgement {
  const { success, open } = tally;
  const decided = decidedOf(tally);
  // With too few machines left nothing can be said of the share: that is a question for a person, not a failure. Errors
  // may still fail the wave, so it is asked only when all have come in.
  if (decided + open < minimumOf(rule, size)) {
    return open > 0 ? { result: 'open' } : tooFew(rule, size, tally, waitOver);
  }
  if (isEnough(rule, success + open, decided + open)) return { result: 'open' };
  const best =
    open > 0
      ? `even if the ${open} open ${open === 1 ? 'one succeeds' : 'ones succeed'}, it is ${share(success + open, decided + open)}`
      : `that is ${share(success, decided)}`;
  return {
    result: 'failed',
    code: 'cannot-pass',
    reason: `${success} of ${machines(decided)} succeeded; ${best}, ${percent(rule.successPercent)} are needed.`,
  };
}

function evaluated(rule: GateRule, { size, tally, waitOver }: JudgedWave): Judgement {
  const decided = decidedOf(tally);
  if (decided < minimumOf(rule, size)) return tooFew(rule, size, tally, waitOver);
  const enough = isEnough(rule, tally.success, decided);
  return {
    result: enough ? 'passed' : 'failed',
    code: enough ? 'success' : 'below-threshold',
    reason: `${tally.success} of ${machines(decided)} succeeded (${share(tally.success, decided)}), ${percent(rule.successPercent)} are needed.`,
  };
}

function tooFew(rule: GateRule, size: number, tally: Tally, waitOver: boolean): Judgement {
  const rest = [
    tally.open > 0 ? `${tally.open} still open` : '',
    tally.leftOut > 0 ? `${tally.leftOut} left out` : '',
  ].filter((text) => text !== '');
  const besides = rest.length > 0 ? ` (${rest.join(', ')})` : '';
  const when = waitOver ? 'The wait is over. ' : '';
  return {
    result: 'inconclusive',
    code: 'too-few-decided',
    reason: `${when}Only ${decidedOf(tally)} of ${machines(size)} are decided${besides}, ${minimumOf(rule, size)} are needed.`,
  };
}

function tooMany(
  kind: 'hard' | 'soft',
  allowed: Amount | null,
  all: number,
  count: number,
): BrokenBudget | null {
  if (allowed === null) return null;
  const limit = amountOf(allowed, all);
  if (count <= limit) return null;
  const of = 'percent' in allowed ? `${limit} (${percent(allowed.percent)} of ${all})` : `${limit}`;
  return {
    code: `${kind}-errors`,
    reason: `${count} ${kind} ${count === 1 ? 'error' : 'errors'}, ${of} ${limit === 1 ? 'is' : 'are'} allowed.`,
  };
}

function sameNewError({ sameNewError: limit }: GateRule, tally: Tally) {
  const most = mostCommonNewError(tally);
  if (limit === null || most === null || most.machines < limit) return null;
  return {
    code: 'same-new-error',
    reason: `The new error ${most.code} on ${machines(most.machines)}; ${limit} with the same one stop the wave.`,
  } as const;
}

const machines = (count: number) => `${count} ${count === 1 ? 'machine' : 'machines'}`;
const percent = (value: number) => `${Number(value.toFixed(2))} %`;

/** Rounded down, so that what is not enough never reads as if it were. */
const share = (part: number, all: number) =>
  all === 0 ? 'none' : `${Math.floor((part * 1000) / all) / 10} %`;
