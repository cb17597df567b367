import * as fc from 'fast-check';
import { DatabaseTime } from './database-time';

const START = Date.parse('2026-11-21T12:00:00Z');

/** A server whose own clocks are wrong, and a database that is right; both go on by `pass`. */
function skewed(skew: number) {
  let steady = 5_000;
  const right = () => START + steady;
  const time = new DatabaseTime(() => steady, right() + skew);
  return {
    time,
    right,
    pass: (milliseconds: number) => {
      steady += milliseconds;
    },
    /** Asks the database, whose clock may be set wrong by `wrong`. */
    ask: (there: number, back: number, wrong = 0) => {
      const askedAt = steady;
      steady += there;
      const answer = right() + wrong;
      steady += back;
      time.learn([{ askedAt, answeredAt: steady, time: answer }]);
    },
  };
}

describe('DatabaseTime', () => {
  it.each([
    ['is right', 0],
    ['is an hour behind', -3_600_000],
    ['is three years behind', -94_608_000_000],
    ['is a little behind', -20],
    ['is an hour ahead', 3_600_000],
  ])('is the database’s on a server whose own clock %s', (_, skew) => {
    const { time, right, pass, ask } = skewed(skew);
    ask(2, 2);
    expect(time.now()).toBe(right());
    pass(60_000);
    expect(time.now()).toBe(right());
  });

  it('goes more slowly until the database has caught up, where it was ahead', () => {
    const { time, right, pass, ask } = skewed(10_000);
    const before = time.now();
    ask(0, 0);
    pass(1_000);
    expect(time.now()).toBe(before + 500);
    pass(19_000);
    expect(time.now()).toBe(right());
  });

  it('takes the answer that came soonest, and a slow one only where it says something', () => {
    const { time, right, ask } = skewed(-1_000);
    time.learn([
      { askedAt: 0, answeredAt: 900, time: START + 900 },
      { askedAt: 900, answeredAt: 902, time: START + 901 },
    ]);
    expect(time.now()).toBe(right());
    ask(400, 0);
    expect(time.now()).toBe(right());
    ask(400, 0, 5_000);
    expect(time.now()).toBe(right() + 5_000 + 200);
  });

  it('never goes back, whatever clocks do, and is as right as answers are quick', () => {
    const step = fc.record({
      pass: fc.nat({ max: 100_000 }),
      there: fc.nat({ max: 300 }),
      back: fc.nat({ max: 300 }),
      wrong: fc.constantFrom(0, 0, 0, -7_000, 7_000),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.array(step, { maxLength: 30 }),
        (skew, steps) => {
          const { time, right, pass, ask } = skewed(skew);
          let last = time.now();
          for (const each of steps) {
            pass(each.pass);
            ask(each.there, each.back, each.wrong);
            const now = time.now();
            expect(now).toBeGreaterThanOrEqual(last);
            last = now;
          }
          ask(3, 5);
          pass(100_000_000);
          expect(Math.abs(time.now() - right())).toBeLessThanOrEqual(4);
        },
      ),
    );
  });
});
