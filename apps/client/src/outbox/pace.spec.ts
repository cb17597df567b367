import * as fc from 'fast-check';
import { Pace } from './pace';

/** How long the server waits at most before it takes a client for dead whose answer is stuck behind a message. */
const SERVER_PATIENCE_MS = 85_000;

describe('Pace', () => {
  /** Sends so many reports over a link of so many bytes a second; answers the milliseconds that it took. */
  const send = (pace: Pace, bytesPerSecond: number, reports: number[]) => {
    const waiting = [...reports];
    let passed = 0;
    let losses = 0;
    while (waiting.length > 0 && losses < 1000) {
      let [bytes, count] = [0, 0];
      while (count < waiting.length && (count === 0 || bytes + waiting[count]! <= pace.limit)) {
        bytes += waiting[count]!;
        count += 1;
      }
      const needs = 300 + (bytes / bytesPerSecond) * 1000;
      const patience = Math.min(pace.timeoutMs(bytes), SERVER_PATIENCE_MS);
      if (needs > patience) {
        passed += patience;
        losses += 1;
        pace.gotLost(bytes, count, patience);
      } else {
        passed += needs;
        pace.took(bytes, needs);
        waiting.splice(0, count);
      }
    }
    return { passed, losses, left: waiting.length };
  };

  it('delivers over a link of 300 bytes in a second, one report at a time if need be', () => {
    const reports = Array.from({ length: 200 }, (_, index) => (index % 20 === 0 ? 20_000 : 1_500));
    const { losses, left, passed } = send(new Pace(), 300, reports);
    expect(left).toBe(0);
    expect(losses).toBeLessThanOrEqual(2);
    const bytes = reports.reduce((sum, each) => sum + each, 0);
    expect(passed).toBeLessThan(1.3 * (bytes / 300) * 1000 + 200_000);
  });

  it('fills messages on a fast link', () => {
    const pace = new Pace();
    send(
      pace,
      10_000_000,
      Array.from({ length: 1000 }, () => 5_000),
    );
    expect(pace.limit).toBeGreaterThan(500_000);
  });

  it('takes a connection that is cut for no sign of a slow link', () => {
    const pace = new Pace();
    const before = pace.limit;
    for (let cut = 0; cut < 100; cut += 1) pace.gotLost(800, 1, 5);
    expect(pace.limit).toBe(before);
    expect(pace.largest).toBeUndefined();
    expect(pace.isInTheWay(800)).toBe(false);
  });

  it('finds its way when the link becomes slow, and when it becomes fast again', () => {
    const pace = new Pace();
    const some = Array.from({ length: 300 }, () => 2_000);
    send(pace, 1_000_000, some);
    expect(send(pace, 400, some.slice(0, 50))).toMatchObject({ left: 0 });
    send(pace, 1_000_000, some);
    expect(pace.limit).toBeGreaterThan(100_000);
  });

  it('delivers over any link, whatever the reports are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 5_000_000 }),
        fc.array(fc.integer({ min: 200, max: 20_000 }), { minLength: 1, maxLength: 100 }),
        (speed, reports) => {
          expect(send(new Pace(), speed, reports).left).toBe(0);
        },
      ),
    );
  });
});
