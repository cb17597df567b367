import type { GateMeter } from '@fleetmend/dashboard-api';
import { hourWords, machineWords, numberWords } from './count-words';

const LABELS: Readonly<Record<GateMeter['id'], string>> = {
  decided: 'Decided',
  success: 'Successes',
  'hard-errors': 'Hard errors',
  'soft-errors': 'Soft errors',
  'same-new-error': 'One new error',
  wait: 'Waited',
  soak: 'Watched',
};

/** What a meter measures. */
export function meterLabel({ id }: GateMeter): string {
  return LABELS[id];
}

/** What a meter says, without its name: "2 of at most 3", "61 % of at least 90 %". */
export function meterWords({ value, limit, unit, direction }: GateMeter): string {
  const amount = (count: number): string => {
    if (unit === 'percent') return `${numberWords(count)} %`;
    return unit === 'hours' ? hourWords(count) : numberWords(count);
  };
  const reached = unit === 'hours' ? amount(Math.min(value, limit)) : amount(value);
  if (direction === 'until') return `${reached} of ${amount(limit)}`;
  const bound = unit === 'machines' ? machineWords(limit) : amount(limit);
  return `${reached} of ${direction === 'at-least' ? 'at least' : 'at most'} ${bound}`;
}

/** How a meter stands in a word, for who doesn't see its colour. */
export function meterStateWord({ state, direction }: GateMeter): string {
  if (state === 'broken') return direction === 'at-most' ? 'passed' : 'missed';
  if (state === 'met') return direction === 'at-most' ? 'within' : 'met';
  return direction === 'at-most' ? 'within' : 'not yet';
}

/** Where bar and mark end, as shares of the meter's width. The mark leaves room behind it, so that passing it shows. */
export function meterShares({ value, limit, unit, direction }: GateMeter): {
  readonly value: number;
  readonly limit: number;
} {
  const end = unit === 'percent' ? 100 : direction === 'until' ? limit : limit * 1.5;
  const most = Math.max(end, value, 1e-9);
  // At most none: the mark stands at the start, and any bar passes it.
  return { value: clamp(value / most), limit: clamp(limit / most) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
