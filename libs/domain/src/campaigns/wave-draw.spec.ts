import fc from 'fast-check';
import { amountOf } from './amount';
import { type DrawInput, type DrawnTarget, drawWaves } from './wave-draw';

const fleet = (count: number, strata = 4) =>
  Array.from({ length: count }, (_, index) => ({
    id: `m${index}`,
    strata: `site-${index % strata}`,
  }));
const draw = (input: Partial<DrawInput>) =>
  drawWaves({
    ...{ machines: fleet(100), waves: [], seed: 's', canaries: [], holdOutPercent: 0 },
    ...input,
  });

function sizes(targets: readonly DrawnTarget[]): number[] {
  const counts: number[] = [];
  for (const { wave } of targets) if (wave !== null) counts[wave - 1] = (counts[wave - 1] ?? 0) + 1;
  return counts;
}
const heldOut = (targets: readonly DrawnTarget[]) =>
  targets.filter(({ role }) => role === 'hold-out');

it.each<[string, Partial<DrawInput>, number[], number]>([
  ['one wave of all without amounts', {}, [100], 0],
  [
    'what is left over is the last wave',
    { waves: [{ count: 5 }, { percent: 20 }] },
    [5, 20, 75],
    0,
  ],
  [
    'nothing left over, no further wave',
    { waves: [{ percent: 10 }, { percent: 90 }] },
    [10, 90],
    0,
  ],
  [
    'no empty wave where there are too few',
    { waves: [{ count: 60 }, { count: 60 }, { count: 60 }] },
    [60, 40],
    0,
  ],
  [
    'an amount of nothing is no wave',
    { waves: [{ count: 0 }, { count: 40 }, { count: 0 }] },
    [40, 60],
    0,
  ],
  [
    'parts are rounded up',
    { machines: fleet(15), waves: [{ percent: 10 }, { percent: 10 }] },
    [2, 2, 11],
    0,
  ],
  [
    'parts are of those that take part',
    { waves: [{ percent: 50 }], holdOutPercent: 20 },
    [40, 40],
    20,
  ],
  [
    'the first wave grows for its canaries',
    { waves: [{ count: 2 }, { count: 5 }], canaries: ['m1', 'm2', 'm3'] },
    [3, 5, 92],
    0,
  ],
  [
    'unknown and doubled canaries',
    { waves: [{ count: 1 }], canaries: ['m1', 'm1', 'x'] },
    [1, 99],
    0,
  ],
  [
    'all are canaries',
    { machines: fleet(3), waves: [{ count: 1 }], canaries: ['m0', 'm1', 'm2'], holdOutPercent: 50 },
    [3],
    0,
  ],
  ['someone always takes part', { machines: fleet(1), holdOutPercent: 50 }, [1], 0],
  ['everybody held out but one', { machines: fleet(4), holdOutPercent: 100 }, [1], 3],
  ['no machines', { machines: [], waves: [{ count: 5 }], holdOutPercent: 5 }, [], 0],
])('%s', (_, input, expected, held) => {
  const targets = draw(input);
  expect(sizes(targets)).toEqual(expected);
  expect(heldOut(targets)).toHaveLength(held);
});

it('draws another way with another seed', () => {
  const waves = [{ percent: 50 }];
  const first = (seed: string) =>
    draw({ waves, seed }).flatMap(({ wave, machineId }) => (wave === 1 ? [machineId] : []));
  const common = first('a').filter((id) => first('b').includes(id));
  expect(common.length).toBeGreaterThan(10);
  expect(common.length).toBeLessThan(40);
});

it('gives each machine the same chance of each wave and of being held out', () => {
  const first = new Map<string, number>();
  const held = new Map<string, number>();
  const machines = [...fleet(9, 2), { id: 'alone', strata: 'other' }];
  for (let seed = 0; seed < 3000; seed += 1) {
    const targets = draw({ machines, waves: [{ count: 3 }], seed: `${seed}`, holdOutPercent: 20 });
    for (const { wave, machineId } of targets) {
      const counts = wave === 1 ? first : wave === null ? held : new Map<string, number>();
      counts.set(machineId, (counts.get(machineId) ?? 0) + 1);
    }
  }
  for (const { id } of machines) {
    expect(Math.abs((first.get(id) ?? 0) / 3000 - 0.3)).toBeLessThan(0.05);
    expect(Math.abs((held.get(id) ?? 0) / 3000 - 0.2)).toBeLessThan(0.05);
  }
});

const inputs: fc.Arbitrary<DrawInput> = fc
  .record({
    kinds: fc.array(fc.nat(6), { maxLength: 60 }),
    waves: fc.array(
      fc.oneof(
        fc.record({ count: fc.nat(20) }),
        fc.record({ percent: fc.integer({ min: 0, max: 100 }) }),
      ),
      { maxLength: 6 },
    ),
    seed: fc.string(),
    canaries: fc.array(fc.nat(70), { maxLength: 8 }),
    holdOutPercent: fc.integer({ min: 0, max: 50 }),
  })
  .map(({ kinds, canaries, ...rest }) => ({
    ...rest,
    machines: kinds.map((kind, index) => ({ id: `m${index}`, strata: `s${kind}` })),
    canaries: canaries.map((index) => `m${index}`),
  }));

it('loses and doubles no machine, leaves no wave empty, and numbers all places', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const targets = drawWaves(input);
      const ids = targets.map(({ machineId }) => machineId).sort();
      expect(ids).toEqual(input.machines.map(({ id }) => id).sort());
      const waves = new Set(targets.map(({ wave }) => wave));
      for (const wave of waves) {
        const places = targets.filter((target) => target.wave === wave);
        expect(places.map(({ position }) => position)).toEqual(places.map((_, index) => index));
      }
      const numbers = [...waves].filter((wave) => wave !== null);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      for (const { machineId, stratum, wave, role } of targets) {
        expect(stratum).toBe(input.machines.find(({ id }) => id === machineId)?.strata);
        expect(role === 'hold-out').toBe(wave === null);
      }
    }),
  );
});

it('sets every canary in the first wave, before all others, and holds none out', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const targets = drawWaves(input);
      const pinned = new Set(input.canaries);
      const roles = targets.map(
        ({ machineId, role }) => pinned.has(machineId) === (role === 'canary'),
      );
      expect(roles).not.toContain(false);
      const canaries = targets.filter(({ role }) => role === 'canary');
      expect(canaries).toEqual(targets.slice(0, canaries.length));
      for (const { wave } of canaries) expect(wave).toBe(1);
    }),
  );
});

it('makes every wave as large as it was asked for, while there are machines', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const targets = drawWaves(input);
      const held = heldOut(targets).length;
      const all = targets.length - held;
      const canaries = targets.filter(({ role }) => role === 'canary').length;
      const asked = amountOf({ percent: input.holdOutPercent }, targets.length);
      expect(held).toBe(Math.max(0, Math.min(asked, targets.length - Math.max(canaries, 1))));

      const amounts = input.waves.map((amount) => amountOf(amount, all));
      if (amounts[0] !== undefined) amounts[0] = Math.max(amounts[0], canaries);
      const wanted = amounts.filter((size) => size > 0);
      const actual = sizes(targets);
      expect(actual.slice(0, -1)).toEqual(wanted.slice(0, Math.max(0, actual.length - 1)));
      expect(actual.reduce((sum, size) => sum + size, 0)).toBe(all);
      const last = wanted[actual.length - 1];
      if (last !== undefined) expect(actual.at(-1)).toBeLessThanOrEqual(last);
    }),
  );
});

it('gives every wave, and the hold-outs, of each stratum their share, rounded down or up', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const drawn = drawWaves(input).filter(({ role }) => role !== 'canary');
      const count = (of: (target: DrawnTarget) => boolean) => drawn.filter(of).length;
      for (const wave of new Set(drawn.map((target) => target.wave))) {
        const size = count((target) => target.wave === wave);
        for (const stratum of new Set(drawn.map((target) => target.stratum))) {
          const share = (size * count((target) => target.stratum === stratum)) / drawn.length;
          const has = count((target) => target.stratum === stratum && target.wave === wave);
          expect(Math.abs(has - share)).toBeLessThan(1);
        }
      }
    }),
  );
});

it('draws the same in whatever order machines and canaries are given', () => {
  const shuffled = inputs.chain((input) =>
    fc.record({
      input: fc.constant(input),
      machines: fc.shuffledSubarray([...input.machines], { minLength: input.machines.length }),
      canaries: fc.shuffledSubarray([...input.canaries], { minLength: input.canaries.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ input, machines, canaries }) => {
      expect(drawWaves({ ...input, machines, canaries })).toEqual(drawWaves(input));
    }),
  );
});

it('draws 5,000 machines of 500 kinds', () => {
  const waves = Array.from({ length: 20 }, () => ({ percent: 5 }));
  const targets = draw({ machines: fleet(5000, 500), waves, holdOutPercent: 5 });
  expect(sizes(targets)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index < 19 ? 238 : 228)),
  );
});
