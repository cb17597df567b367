import { type Amount, amountOf } from './amount';
import type { TargetRole } from './campaign';
import { fairShares } from './fair-shares';
import { seeded } from './seeded';

/** What waves are drawn from. */
export interface DrawInput {
  /** `strata` is what machines are alike in, joined to one key. An id that comes twice counts once. */
  readonly machines: readonly { readonly id: string; readonly strata: string }[];
  /** Parts are of all that take part, hold-outs not counted. What is left over is one more wave. */
  readonly waves: readonly Amount[];
  readonly seed: string;
  /** Ids; those that are not among the machines don't matter. */
  readonly canaries: readonly string[];
  /** Of all machines. */
  readonly holdOutPercent: number;
}

/** Where a machine was drawn to. */
export interface DrawnTarget {
  readonly machineId: string;
  /** From 1; null = hold-out. */
  readonly wave: number | null;
  readonly role: TargetRole;
  /** Its turn within its wave, or among the hold-outs, from 0. */
  readonly position: number;
  readonly stratum: string;
}

type Machine = DrawInput['machines'][number];

/**
 * Draws machines to waves, by wave and position. The same seed and machines give the same draw, in whatever order they
 * are given.
 *
 * 1. Hold-outs are so many of all, rounded up; never a canary, and never all. Each wave takes its amount of those that
 *    take part while there are any, so no wave is empty; the first grows to hold all canaries.
 * 2. Canaries are set. Of the others, the hold-outs and each wave get of every stratum their share of it, rounded down
 *    or up (`fairShares`).
 * 3. Within a stratum, machines are dealt in the order of a number made of seed and id (`seeded`); by another such
 *    number they have their turn in the wave, canaries first.
 */
export function drawWaves(input: DrawInput): DrawnTarget[] {
  const { seed } = input;
  const machines = [...new Map(input.machines.map((one) => [one.id, one])).values()];
  const pinned = new Set(input.canaries);
  const canaries = machines.filter(({ id }) => pinned.has(id));
  const strata = grouped(machines.filter(({ id }) => !pinned.has(id)));
  const others = machines.length - canaries.length;

  const wanted = amountOf({ percent: input.holdOutPercent }, machines.length);
  const held = Math.max(0, Math.min(wanted, others, machines.length - 1));
  const sizes = waveSizes(input.waves, machines.length - held, canaries.length);
  const [first = 0, ...later] = sizes;
  const bins = [held, ...(sizes.length > 0 ? [first - canaries.length, ...later] : [])];

  let draws = 0;
  const random = () => seeded(seed, 'round', String(draws++));
  const counts = strata.map(({ members }) => members.length);
  const shares = fairShares(counts, bins, random);

  const dealt: Machine[][] = bins.map(() => []);
  strata.forEach(({ members }, row) => {
    const deck = inOrder(members, ({ id }) => seeded(seed, 'deal', id));
    shares[row]?.forEach((share, bin) => dealt[bin]?.push(...deck.splice(0, share)));
  });

  const turn = (some: readonly Machine[]) => inOrder(some, ({ id }) => seeded(seed, 'turn', id));
  const [heldOut = [], ...waves] = dealt;
  return [
    ...waves.flatMap((members, index) =>
      [...(index === 0 ? turn(canaries) : []), ...turn(members)].map((machine, position) =>
        drawn(machine, position, index + 1, pinned.has(machine.id) ? 'canary' : 'member'),
      ),
    ),
    ...turn(heldOut).map((machine, position) => drawn(machine, position, null, 'hold-out')),
  ];
}

/** The size of each wave, in order: they sum up to all that take part, and none is empty. */
function waveSizes(waves: readonly Amount[], all: number, canaries: number): number[] {
  const sizes: number[] = [];
  let left = all;
  for (const amount of waves) {
    const least = sizes.length === 0 ? canaries : 0;
    const size = Math.min(left, Math.max(least, amountOf(amount, all)));
    if (size > 0) sizes.push(size);
    left -= size;
  }
  if (left > 0) sizes.push(left);
  return sizes;
}

function grouped(machines: readonly Machine[]): { strata: string; members: Machine[] }[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const members = groups.get(machine.strata);
    if (members) members.push(machine);
    else groups.set(machine.strata, [machine]);
  }
  return [...groups]
    .map(([strata, members]) => ({ strata, members }))
    .sort((one, other) => (one.strata < other.strata ? -1 : 1));
}

function inOrder(machines: readonly Machine[], numberOf: (machine: Machine) => number): Machine[] {
  return machines
    .map((machine) => ({ machine, number: numberOf(machine) }))
    .sort((a, b) => a.number - b.number || (a.machine.id < b.machine.id ? -1 : 1))
    .map(({ machine }) => machine);
}

function drawn(
  machine: Machine,
  position: number,
  wave: number | null,
  role: TargetRole,
): DrawnTarget {
  return { machineId: machine.id, wave, role, position, stratum: machine.strata };
}
