import fc from 'fast-check';
import { compareTreated } from './compare-treated';

const compare = (a: number, m: number, b: number, n: number) =>
  compareTreated({
    treated: { machines: m, recovered: a },
    waiting: { machines: n, recovered: b },
  });

it('says what was compared with what result, in points of percent', () => {
  const { difference, low, high, method, ...rest } = compare(56, 70, 48, 80);
  expect(rest).toEqual({
    treated: { machines: 70, recovered: 56 },
    waiting: { machines: 80, recovered: 48 },
    conclusion: 'better',
  });
  expect([difference, low, high].map((value) => value?.toFixed(2))).toEqual([
    ...['20.00', '5.24', '33.39'],
  ]);
  expect(method).toBe(
    "95 % interval of the difference between 56 of 70 treated and 48 of 80 waiting machines that recovered, by Newcombe's hybrid score method. The difference is proven when the interval leaves out zero.",
  );
});

it.each<[number, number, number, number, string]>([
  [56, 70, 48, 80, 'better'],
  [48, 80, 56, 70, 'worse'],
  [5, 56, 0, 29, 'not-proven'],
  [1, 1, 0, 1, 'not-proven'],
  [10, 10, 0, 10, 'better'],
  [0, 10, 0, 10, 'not-proven'],
])('%d of %d treated against %d of %d waiting is %s', (a, m, b, n, conclusion) => {
  expect(compare(a, m, b, n).conclusion).toBe(conclusion);
});

it('has nothing to compare where a side is empty, and says which', () => {
  const nothing = { difference: null, low: null, high: null, conclusion: 'nothing-to-compare' };
  const noWaiting = 'There are no waiting machines to compare with.';
  expect(compare(3, 5, 0, 0)).toMatchObject({ ...nothing, method: noWaiting });
  const noTreated = 'There are no treated machines to compare with.';
  expect(compare(0, 0, 3, 5)).toMatchObject({ ...nothing, method: noTreated });
  expect(compare(0, 0, 0, 0)).toMatchObject(nothing);
});

it('refuses more that recovered than there are', () => {
  expect(() => compare(6, 5, 0, 5)).toThrow(RangeError);
});

it('says the opposite when the sides are swapped', () => {
  const side = fc
    .integer({ min: 1, max: 200 })
    .chain((machines) =>
      fc.record({ machines: fc.constant(machines), recovered: fc.nat(machines) }),
    );
  const opposite = { better: 'worse', worse: 'better' } as const;
  fc.assert(
    fc.property(side, side, (treated, waiting) => {
      const { conclusion } = compareTreated({ treated, waiting });
      const swapped = compareTreated({ treated: waiting, waiting: treated }).conclusion;
      const expected =
        conclusion === 'better' || conclusion === 'worse' ? opposite[conclusion] : conclusion;
      expect(swapped).toBe(expected);
    }),
  );
});
