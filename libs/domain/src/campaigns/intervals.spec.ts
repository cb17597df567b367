import fc from 'fast-check';
import { newcombe, wilson } from './intervals';

const rounded = ({ low, high }: { low: number; high: number }) =>
  [low, high].map((value) => value.toFixed(4)).join(' to ');

// Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3.
it.each<[number, number, string]>([
  [81, 263, '0.2553 to 0.3662'],
  [15, 148, '0.0624 to 0.1605'],
  [0, 20, '0.0000 to 0.1611'],
  [1, 29, '0.0061 to 0.1718'],
  [0, 0, '0.0000 to 1.0000'],
  [20, 20, '0.8389 to 1.0000'],
])('Wilson: %d of %d is %s', (successes, n, expected) => {
  expect(rounded(wilson(successes, n))).toBe(expected);
});

// Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10.
it.each<[string, number, number, number, number, string]>([
  ['a', 56, 70, 48, 80, '0.0524 to 0.3339'],
  ['b', 9, 10, 3, 10, '0.1705 to 0.8090'],
  ['c', 6, 7, 2, 7, '0.0582 to 0.8062'],
  ['d', 5, 56, 0, 29, '-0.0381 to 0.1926'],
  ['e', 0, 10, 0, 20, '-0.1611 to 0.2775'],
  ['f', 0, 10, 0, 10, '-0.2775 to 0.2775'],
  ['g', 10, 10, 0, 20, '0.6791 to 1.0000'],
  ['h', 10, 10, 0, 10, '0.6075 to 1.0000'],
])('Newcombe (%s): %d of %d less %d of %d is %s', (_, a, m, b, n, expected) => {
  expect(rounded(newcombe({ successes: a, n: m }, { successes: b, n }))).toBe(expected);
});

it.each([
  [3, 2],
  [-1, 2],
  [1, NaN],
  [NaN, 1],
])('refuses %d of %d', (successes, n) => {
  expect(() => wilson(successes, n)).toThrow(RangeError);
});

it('refuses to compare with nothing', () => {
  expect(() => newcombe({ successes: 0, n: 0 }, { successes: 1, n: 1 })).toThrow(RangeError);
});

const proportion = fc
  .integer({ min: 1, max: 3000 })
  .chain((n) => fc.record({ successes: fc.nat(n), n: fc.constant(n) }));

it('Wilson’s holds its proportion within 0 and 1, mirrors, and narrows with more machines', () => {
  fc.assert(
    fc.property(proportion, ({ successes, n }) => {
      const { low, high } = wilson(successes, n);
      const p = successes / n;
      expect(low >= 0 && low <= p && p <= high && high <= 1).toBe(true);
      const mirrored = wilson(n - successes, n);
      expect(mirrored.low).toBeCloseTo(1 - high, 12);
      const more = wilson(successes * 4, n * 4);
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
  );
});

it('Newcombe’s holds its difference within -1 and 1, and turns its sign with its sides', () => {
  fc.assert(
    fc.property(proportion, proportion, (a, b) => {
      const { low, difference, high } = newcombe(a, b);
      expect(low <= difference && difference <= high).toBe(true);
      expect(low).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(high).toBeLessThanOrEqual(1 + 1e-12);
      const turned = newcombe(b, a);
      expect(turned.low).toBeCloseTo(-high, 12);
      expect(turned.high).toBeCloseTo(-low, 12);
    }),
  );
});

it('Wilson’s holds the truth about as often as it says', () => {
  // Exact: the chance of each number of successes of 50, added up where the interval holds the truth.
  for (const truth of [0.1, 0.5, 0.8]) {
    let covered = 0;
    let chance = (1 - truth) ** 50;
    for (let successes = 0; successes <= 50; successes += 1) {
      const { low, high } = wilson(successes, 50);
      if (low <= truth && truth <= high) covered += chance;
      chance *= ((50 - successes) / (successes + 1)) * (truth / (1 - truth));
    }
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.98);
  }
});
