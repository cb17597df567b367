import { newcombe } from './intervals';

/** So many machines, of which so many recovered. */
export interface Recovery {
  readonly machines: number;
  readonly recovered: number;
}

/** Treated against waiting machines. Difference and interval (95 %) are in points of percent, treated minus waiting. */
export interface TreatedComparison {
  readonly treated: Recovery;
  readonly waiting: Recovery;
  /** Null, as the interval is, where one side has no machines. */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Whether the interval leaves out zero. */
  readonly conclusion: 'better' | 'worse' | 'not-proven' | 'nothing-to-compare';
  /** For people: how it was found. */
  readonly method: string;
}

/** Whether machines that were treated recovered more often than those that wait. */
export function compareTreated({
  treated,
  waiting,
}: {
  readonly treated: Recovery;
  readonly waiting: Recovery;
}): TreatedComparison {
  if (treated.machines === 0 || waiting.machines === 0) {
    const side = treated.machines === 0 ? 'treated' : 'waiting';
    return {
      ...{ treated, waiting, difference: null, low: null, high: null },
      conclusion: 'nothing-to-compare',
      method: `There are no ${side} machines to compare with.`,
    };
  }
  const { difference, low, high } = newcombe(
    { successes: treated.recovered, n: treated.machines },
    { successes: waiting.recovered, n: waiting.machines },
  );
  return {
    ...{ treated, waiting, difference: 100 * difference, low: 100 * low, high: 100 * high },
    conclusion: low > 0 ? 'better' : high < 0 ? 'worse' : 'not-proven',
    method: `95 % interval of the difference between ${recovered(treated)} treated and ${recovered(waiting)} waiting machines that recovered, by Newcombe's hybrid score method. The difference is proven when the interval leaves out zero.`,
  };
}

const recovered = (side: Recovery) => `${side.recovered} of ${side.machines}`;
