import { MessageLimits } from './message-limits';

describe('MessageLimits', () => {
  const NOW = Date.parse('2026-11-21T08:00:00Z');
  const admitted = (limits: MessageLimits, messages: number, now: number) => {
    let count = 0;
    for (let each = 0; each < messages; each += 1) {
      if (!limits.admit(now)) continue;
      count += 1;
      limits.done();
    }
    return count;
  };

  it('admits four at once and three hundred in ten seconds, and then goes on', () => {
    const limits = new MessageLimits();
    expect(Array.from({ length: 5 }, () => limits.admit(NOW))).toEqual([
      ...Array.from({ length: 4 }, () => true),
      false,
    ]);
    for (let each = 0; each < 4; each += 1) limits.done();
    expect(admitted(limits, 1000, NOW)).toBe(296);
    expect(admitted(limits, 1000, NOW + 9_999)).toBe(0);
    expect(admitted(limits, 1000, NOW + 10_000)).toBe(300);
  });

  it('goes on when the clock was set back', () => {
    const limits = new MessageLimits();
    admitted(limits, 1000, NOW);
    expect(admitted(limits, 1, NOW - 3_600_000)).toBe(1);
  });
});
