import { wilson, Z_95 } from './intervals';

/** A machine whose failure was fixed, and for how long that has been seen to hold. */
export interface Watched {
  /** Days from the fix until the failure came back, or until the machine was last looked at. */
  readonly days: number;
  /** Whether it came back; else the machine is only known to have held so long. */
  readonly recurred: boolean;
}

/** From this day on to the next step, this part of all fixes holds. */
export interface SurvivalStep {
  readonly day: number;
  /** Part of one, with its 95 % interval. */
  readonly holding: number;
  readonly low: number;
  readonly high: number;
  /** Machines that had held up to that day and were still watched. */
  readonly atRisk: number;
}

/**
 * How long fixes hold, by Kaplan and Meier: a machine that has been watched for a week only counts for that week, and not
 * as held for ever. One step at day 0, one for each day on which failures came back, and one at the end, which says how
 * far anybody has looked. Nothing for no machines.
 *
 * The interval is Greenwood's on the log-log scale, so it stays between 0 and 1. It has no width where none or all have
 * come back; there, after day 0, Wilson's of the machines still watched is taken for the side that is not certain.
 */
export function survival(watched: readonly Watched[]): SurvivalStep[] {
  if (watched.length === 0) return [];
  const bad = watched.find(({ days }) => !(days >= 0 && days < Infinity));
  if (bad) throw new RangeError(`${bad.days} is no number of days`);

  const byDay = new Map([[0, { ended: 0, recurred: 0 }]]);
  for (const { days, recurred } of watched) {
    const at = byDay.get(days) ?? { ended: 0, recurred: 0 };
    at.ended += 1;
    if (recurred) at.recurred += 1;
    byDay.set(days, at);
  }
  const last = Math.max(...byDay.keys());
  const steps: SurvivalStep[] = [];
  let atRisk = watched.length;
  let holding = 1;
  let greenwood = 0;
  for (const [day, { ended, recurred }] of [...byDay].sort(([a], [b]) => a - b)) {
    if (recurred > 0 || day === 0 || day === last) {
      holding = recurred === atRisk ? 0 : holding * (1 - recurred / atRisk);
      greenwood += recurred === 0 ? 0 : recurred / (atRisk * (atRisk - recurred));
      steps.push({ day, holding, ...interval(holding, greenwood, atRisk, steps.at(-1)), atRisk });
    }
    atRisk -= ended;
  }
  return steps;
}

function interval(
  holding: number,
  greenwood: number,
  atRisk: number,
  before: SurvivalStep | undefined,
): { low: number; high: number } {
  if (holding === 1) return { low: before ? wilson(atRisk, atRisk).low : 1, high: 1 };
  if (holding === 0) {
    return { low: 0, high: Math.min(before?.high ?? 1, wilson(0, atRisk).high) };
  }
  const reach = (Z_95 * Math.sqrt(greenwood)) / Math.abs(Math.log(holding));
  return { low: holding ** Math.exp(reach), high: holding ** Math.exp(-reach) };
}
