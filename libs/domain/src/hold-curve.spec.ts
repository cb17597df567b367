import fc from 'fast-check';
import { holdCurve, type HoldTime } from './hold-curve';

const time = (days: number, cameBack: number, lost: number): HoldTime => ({
  ...{ hours: days * 24, cameBack, lost },
});
const shares = (times: readonly HoldTime[], watchDays: number) =>
  holdCurve(times, watchDays).map(({ share }) => Math.round(share * 1000) / 1000);

describe('holdCurve', () => {
  it('is the plain share where everything was watched to the end', () => {
    const curve = holdCurve([time(0.5, 2, 0), time(3, 5, 0), time(14, 0, 93)], 14);
    expect(curve).toHaveLength(15);
    expect(curve[0]).toMatchObject({ day: 0, share: 1, atRisk: 100 });
    expect(curve[1]).toMatchObject({ day: 1, share: 0.98, atRisk: 98 });
    expect(curve[14]).toMatchObject({ atRisk: 93 });
    expect(curve[14]?.share).toBeCloseTo(0.93, 10);
    expect(curve[14]?.low).toBeCloseTo(0.86, 2);
    expect(curve[14]?.high).toBeCloseTo(0.966, 2);
  });

  it('counts only who is still watched', () => {
    // 10 machines; 5 are lost on day 1; of the other 5 one comes back on day 2.
    expect(shares([time(1, 0, 5), time(2, 1, 0), time(4, 0, 4)], 4)).toEqual([1, 1, 0.8, 0.8, 0.8]);
  });

  it('counts what comes back before who is lost at the same moment', () => {
    expect(shares([time(1, 1, 3)], 1)).toEqual([1, 0.75]);
  });

  it('ends where nobody is watched any more, and says nothing of nothing', () => {
    expect(shares([time(2, 0, 3)], 14)).toEqual([1, 1, 1]);
    expect(holdCurve([], 14)).toEqual([]);
  });

  it('falls, and lies in its interval', () => {
    const times = fc.array(
      fc.record({ hours: fc.nat(14 * 24), cameBack: fc.nat(20), lost: fc.nat(20) }),
    );
    fc.assert(
      fc.property(times, (made) => {
        let before = 1;
        for (const { share, low, high } of holdCurve(made, 14)) {
          expect(share).toBeLessThanOrEqual(before + 1e-12);
          expect(low).toBeLessThanOrEqual(share);
          expect(high).toBeGreaterThanOrEqual(share);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          before = share;
        }
      }),
    );
  });
});
