import fc from 'fast-check';
import { wilson } from './intervals';
import { survival, type Watched } from './survival';

const watched = (recurred: number[], held: number[]): Watched[] => [
  ...recurred.map((days) => ({ days, recurred: true })),
  ...held.map((days) => ({ days, recurred: false })),
];
const table = (machines: Watched[]) =>
  survival(machines).map(
    ({ day, atRisk, ...rest }) =>
      `${day}: ${[rest.holding, rest.low, rest.high].map((part) => part.toFixed(4)).join(' ')} of ${atRisk}`,
  );

it('agrees with the remissions under 6-MP of Freireich and others (1963)', () => {
  const relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23];
  const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
  expect(table(watched(relapsed, censored))).toEqual([
    '0: 1.0000 1.0000 1.0000 of 21',
    '6: 0.8571 0.6197 0.9516 of 21',
    '7: 0.8067 0.5631 0.9228 of 17',
    '10: 0.7529 0.5032 0.8894 of 15',
    '13: 0.6902 0.4316 0.8491 of 12',
    '16: 0.6275 0.3675 0.8049 of 11',
    '22: 0.5378 0.2678 0.7468 of 7',
    '23: 0.4482 0.1881 0.6801 of 6',
    '35: 0.4482 0.1881 0.6801 of 1',
  ]);
});

it.each<[string, Watched[], string[]]>([
  ['no machine', [], []],
  ['one that was fixed just now', watched([], [0]), ['0: 1.0000 1.0000 1.0000 of 1']],
  [
    'none came back: as sure as there are machines',
    watched([], [30, 30, 10]),
    ['0: 1.0000 1.0000 1.0000 of 3', '30: 1.0000 0.3424 1.0000 of 2'],
  ],
  [
    'all came back',
    watched([1, 2], []),
    [
      '0: 1.0000 1.0000 1.0000 of 2',
      '1: 0.5000 0.0060 0.9104 of 2',
      '2: 0.0000 0.0000 0.7935 of 1',
    ],
  ],
  [
    'one came back at once',
    watched([0], [5, 5, 5]),
    ['0: 0.7500 0.1279 0.9605 of 4', '5: 0.7500 0.1279 0.9605 of 3'],
  ],
])('%s', (_, machines, expected) => {
  expect(table(machines)).toEqual(expected);
});

it.each([-1, NaN, Infinity])('refuses %d days', (days) => {
  expect(() => survival([{ days, recurred: false }])).toThrow(RangeError);
});

const fleets = fc.array(fc.record({ days: fc.nat(40), recurred: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

it('never rises, and its interval holds it between 0 and 1', () => {
  fc.assert(
    fc.property(fleets, (machines) => {
      const steps = survival(machines);
      steps.forEach(({ day, holding, low, high, atRisk }, index) => {
        expect(low >= 0 && low <= holding && holding <= high && high <= 1).toBe(true);
        const before = steps[index - 1];
        if (before === undefined) {
          expect(day).toBe(0);
          return;
        }
        expect(day).toBeGreaterThan(before.day);
        expect(holding).toBeLessThanOrEqual(before.holding);
        expect(atRisk).toBeLessThanOrEqual(before.atRisk);
      });
      expect(steps.at(-1)?.day).toBe(Math.max(...machines.map(({ days }) => days)));
    }),
  );
});

it('is the plain part that holds while everybody is watched', () => {
  fc.assert(
    fc.property(fleets, (machines) => {
      const whole = machines.map((one) => (one.recurred ? one : { ...one, days: 41 }));
      for (const { day, holding } of survival(whole)) {
        const left = whole.filter(({ days, recurred }) => !recurred || days > day).length;
        expect(holding).toBeCloseTo(left / whole.length, 10);
      }
    }),
  );
});

it('does not take a machine that was watched shorter for one that held', () => {
  const held = survival(watched([20], [30, 30, 30])).at(-1)!;
  const lookedAwayFrom = survival(watched([20], [5, 5, 30])).at(-1)!;
  expect(held.holding).toBeCloseTo(0.75);
  expect(lookedAwayFrom.holding).toBeCloseTo(0.5);
});

it('is no surer of what none came back from than the machines allow', () => {
  const { low } = survival(
    watched(
      [],
      Array.from({ length: 50 }, () => 14),
    ),
  ).at(-1)!;
  expect(low).toBe(wilson(50, 50).low);
});
