import fc from 'fast-check';
import { fairShares } from './fair-shares';
import { seeded } from './seeded';

const drawing = (seed: string) => {
  let draws = 0;
  return () => seeded(seed, String(draws++));
};

it.each<[number[], number[], number[][]]>([
  [[], [], []],
  [[], [0], []],
  [[0, 0], [0], [[0], [0]]],
  [
    [4, 8],
    [3, 9],
    [
      [1, 3],
      [2, 6],
    ],
  ],
  [[5], [1, 0, 4], [[1, 0, 4]]],
])('shares out what comes out even: %j over %j', (groups, bins, shares) => {
  expect(fairShares(groups, bins, drawing('a'))).toEqual(shares);
});

it('refuses bins that hold more or less than the groups', () => {
  expect(() => fairShares([3], [1, 1], drawing('a'))).toThrow('the same number');
});

/** Groups, and bins that hold as much. */
const tables = fc
  .record({
    groups: fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
    seed: fc.string(),
  })
  .map(({ groups, cuts, seed }) => {
    const all = groups.reduce((sum, one) => sum + one, 0);
    const at = [...cuts.map((cut) => Math.round(cut * all)), all].sort((a, b) => a - b);
    return { groups, bins: at.map((end, index) => end - (at[index - 1] ?? 0)), seed, all };
  });

it('gives every share rounded down or up, every group whole, every bin full', () => {
  fc.assert(
    fc.property(tables, ({ groups, bins, seed, all }) => {
      const shares = fairShares(groups, bins, drawing(seed));
      groups.forEach((group, row) => {
        expect(shares[row]!.reduce((sum, one) => sum + one, 0)).toBe(group);
        bins.forEach((bin, column) => {
          const share = all === 0 ? 0 : (group * bin) / all;
          expect(Math.abs(shares[row]![column]! - share)).toBeLessThan(1);
        });
      });
      bins.forEach((bin, column) => {
        expect(shares.reduce((sum, row) => sum + row[column]!, 0)).toBe(bin);
      });
    }),
    { numRuns: 300 },
  );
});

it('favours no cell: over many draws each has its share on average', () => {
  const groups = [1, 2, 4];
  const bins = [2, 5];
  const draws = 4000;
  const random = drawing('many');
  const totals = groups.map(() => bins.map(() => 0));
  for (let draw = 0; draw < draws; draw += 1) {
    fairShares(groups, bins, random).forEach((row, group) => {
      row.forEach((share, bin) => (totals[group]![bin]! += share));
    });
  }
  groups.forEach((group, row) => {
    bins.forEach((bin, column) => {
      expect(Math.abs(totals[row]![column]! / draws - (group * bin) / 7)).toBeLessThan(0.03);
    });
  });
});
