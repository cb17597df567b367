import { wilson } from './campaigns/intervals';
import { survival, type Watched } from './campaigns/survival';

/** Mended failures that were watched for so many hours, and then came back, or were watched no longer. */
export interface HoldTime {
  readonly hours: number;
  readonly cameBack: number;
  readonly lost: number;
}

/** The share of mended failures that had not come back by the end of a day; `low` to `high` holds 95 %. */
export interface HoldPoint {
  readonly day: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Still watched then. */
  readonly atRisk: number;
}

/** How the curve is found, for people. */
export const HOLD_METHOD =
  'Kaplan–Meier: a failure is watched from the end of its run until it comes back. It is watched no longer when the watch period is over, the run is taken back, another run is made against it, or the machine was last seen. The interval is Greenwood’s on the log-log scale and holds 95 %; where nothing came back it is Wilson’s of those still watched.';

/** Day by day from 0 on, as long as anything is watched. Empty when nothing was mended. */
export function holdCurve(times: readonly HoldTime[], watchDays: number): readonly HoldPoint[] {
  const steps = survival(
    times.flatMap(({ hours, cameBack, lost }) => [
      ...new Array<Watched>(cameBack).fill({ days: hours / 24, recurred: true }),
      ...new Array<Watched>(lost).fill({ days: hours / 24, recurred: false }),
    ]),
  );
  const watchedAt = (day: number) =>
    times
      .filter(({ hours }) => hours >= day * 24)
      .reduce((sum, { cameBack, lost }) => sum + cameBack + lost, 0);
  const points: HoldPoint[] = [];
  for (let day = 0; day <= watchDays; day += 1) {
    const atRisk = watchedAt(day);
    const step = steps.findLast((one) => one.day <= day);
    if (!step || atRisk === 0) break;
    // As long as nothing came back, only those that are still watched vouch for the others.
    const low = step.holding === 1 && day > 0 ? wilson(atRisk, atRisk).low : step.low;
    points.push({ day, share: step.holding, low, high: step.high, atRisk });
  }
  return points;
}
