import * as fc from 'fast-check';
import { Admission, farewellWait } from './admission';

describe('Admission', () => {
  it('admits a storm as it can, and tells each of the others a later moment', () => {
    const admission = new Admission(10);
    const answers = Array.from({ length: 100 }, () => admission.admit(0));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(40);
    const waits = answers.filter((answer) => answer !== undefined);
    expect(waits[0]).toBeCloseTo(1.1);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(60);
    expect(waits.at(-1)).toBeCloseTo(7);
  });

  it('admits no more while as many are under way, however long they take', () => {
    const admission = new Admission(1);
    for (let each = 0; each < 4; each++) expect(admission.admit(0)).toBeUndefined();
    expect(admission.admit(3_600_000)).toBeGreaterThan(0);
    admission.done();
    expect(admission.admit(3_600_000)).toBeUndefined();
  });

  it('sends nobody away for longer than five minutes, and not all of them equally long', () => {
    const admission = new Admission(1);
    const waits = Array.from({ length: 5000 }, () => admission.admit(0) ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300);
    expect(new Set(waits.slice(-100)).size).toBeGreaterThan(90);
  });

  it('lets everybody in who comes when told to, at the rate it promises', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 400 }),
        (rate, count) => {
          const admission = new Admission(rate);
          const outside = Array.from({ length: count }, (_, id) => ({ id, at: 0 }));
          const admitted: number[] = [];
          while (outside.length > 0) {
            outside.sort((a, b) => a.at - b.at);
            const next = outside.shift();
            if (!next) break;
            const wait = admission.admit(next.at);
            if (wait === undefined) {
              admitted.push(next.at);
              admission.done();
            } else outside.push({ id: next.id, at: next.at + wait * 1000 });
            // Twice as long as a queue needs would mean that promises aren't kept.
            expect(next.at).toBeLessThan(2000 + (2000 * count) / rate);
          }
          expect(admitted).toHaveLength(count);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('spreads the clients of a server that ends', () => {
    expect([0, 1, 2, 3].map((index) => farewellWait(index, 4, 100))).toEqual([2, 4, 6, 8]);
    expect(farewellWait(9_999, 10_000, 100)).toBeCloseTo(202, 1);
    expect(farewellWait(999_999, 1_000_000, 100)).toBe(300);
  });
});
