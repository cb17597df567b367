import type { Random } from '../random';
import type { MachineFaults } from './machine-faults';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long a machine is connected, and for how long it then isn't, in milliseconds. */
export interface Stay {
  readonly online: number;
  readonly offline: number;
}

/** The next stay of a machine whose connection comes and goes; nothing where it simply stays. */
export function nextStay(faults: MachineFaults, random: Random): Stay | undefined {
  const isAwayForDays = faults.names.has('offline-for-days');
  // Who is away for days and flaps, flaps while being there.
  if (faults.names.has('flapping') && !(isAwayForDays && random.chance(0.01))) {
    return { online: random.between(2, 6) * MINUTE, offline: random.between(1, 4) * MINUTE };
  }
  if (isAwayForDays) {
    return { online: random.between(4, 30) * HOUR, offline: random.between(36, 120) * HOUR };
  }
  return undefined;
}

/** The naps of a notebook that nothing is wrong with. */
export function nextNap(random: Random): Stay {
  return { online: random.between(15, 120) * MINUTE, offline: random.between(1, 8) * MINUTE };
}
