import fc from 'fast-check';
import { seeded } from './seeded';

it('stays what it was: draws that were made must come out the same', () => {
  expect([seeded('a', 'b'), seeded(''), seeded('2026-11', 'machine-1')]).toMatchInlineSnapshot(`
    [
      0.08885782752061822,
      0.9477754162150264,
      0.39883526361809885,
    ]
  `);
});

it('is a number from 0 up to 1, the same for the same texts only', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (some, others) => {
      expect(seeded(...some)).toBe(seeded(...some));
      expect(seeded(...some)).toBeGreaterThanOrEqual(0);
      expect(seeded(...some)).toBeLessThan(1);
      const alike = JSON.stringify(some) === JSON.stringify(others);
      expect(seeded(...some) === seeded(...others)).toBe(alike);
    }),
  );
});

it('is spread evenly, also for texts that differ little, and with another seed otherwise', () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => seeded('seed', `pc-${index}`));
  const others = Array.from({ length: 20_000 }, (_, index) => seeded('seed2', `pc-${index}`));
  const tenths = (values: number[]) => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (const value of values) counts[Math.floor(value * 10)]! += 1;
    return counts;
  };
  for (const count of [...tenths(numbers), ...tenths(others)]) {
    expect(count).toBeGreaterThan(1800);
    expect(count).toBeLessThan(2200);
  }
  expect(new Set(numbers).size).toBe(20_000);
  // Half of those below the middle with one seed are below it with the other.
  const both = numbers.filter((value, index) => value < 0.5 && others[index]! < 0.5).length;
  expect(both).toBeGreaterThan(4700);
  expect(both).toBeLessThan(5300);
});
