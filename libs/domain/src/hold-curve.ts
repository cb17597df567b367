import { effectivenessOf } from './effectiveness';

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

const Z = 1.959964;

/** Day by day from 0 on, as long as anything is watched. Empty when nothing was mended. */
export function holdCurve(times: readonly HoldTime[], watchDays: number): readonly HoldPoint[] {
  const byTime = [...times].sort((a, b) => a.hours - b.hours);
  const points: HoldPoint[] = [];
  let atRisk = byTime.reduce((sum, { cameBack, lost }) => sum + cameBack + lost, 0);
  let share = 1;
  let variance = 0;
  let next = 0;
  for (let day = 0; day <= watchDays; day += 1) {
    // Whoever is lost at a moment was still watched at that moment: what comes back then is counted first.
    for (let time = byTime[next]; time && time.hours < day * 24; time = byTime[++next]) {
      takeOut(time);
    }
    const atEnd = byTime[next]?.hours === day * 24 ? byTime[next] : undefined;
    const watched = atRisk;
    if (watched === 0) break;
    const back = atEnd ? after(atEnd, share, variance) : { share, variance };
    points.push({ day, share: back.share, atRisk: watched, ...interval(back, watched) });
  }
  return points;

  function takeOut(time: HoldTime): void {
    ({ share, variance } = after(time, share, variance));
    atRisk -= time.cameBack + time.lost;
  }
  function after({ cameBack }: HoldTime, before: number, greenwood: number) {
    if (cameBack === 0) return { share: before, variance: greenwood };
    const left = atRisk - cameBack;
    return {
      share: (before * left) / atRisk,
      variance: left === 0 ? Infinity : greenwood + cameBack / (atRisk * left),
    };
  }
}

function interval(
  { share, variance }: { readonly share: number; readonly variance: number },
  atRisk: number,
): { readonly low: number; readonly high: number } {
  if (share === 1) return { low: effectivenessOf(atRisk, atRisk).low, high: 1 };
  if (share === 0) return { low: 0, high: effectivenessOf(0, atRisk).high };
  const spread = (Z * Math.sqrt(variance)) / Math.abs(Math.log(share));
  return { low: share ** Math.exp(spread), high: share ** Math.exp(-spread) };
}
