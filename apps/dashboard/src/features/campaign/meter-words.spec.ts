import { sampleMeter } from '../../testing/campaign-samples';
import { meterShares, meterWords } from './meter-words';

describe('meterWords', () => {
  it.each([
    [sampleMeter({ value: 2, limit: 3 }), '2 of at most 3 machines'],
    [sampleMeter({ value: 0, limit: 1 }), '0 of at most 1 machine'],
    [
      sampleMeter({ id: 'success', value: 61, limit: 90, unit: 'percent', direction: 'at-least' }),
      '61 % of at least 90 %',
    ],
    [
      sampleMeter({ id: 'wait', value: 0.5, limit: 72, unit: 'hours', direction: 'until' }),
      '30 minutes of 3 days',
    ],
  ])('%#: says value and limit', (meter, words) => {
    expect(meterWords(meter)).toBe(words);
  });
});

describe('meterShares', () => {
  it('shows a limit that is passed: the bar ends behind the mark', () => {
    for (const [value, limit] of [
      [4, 3],
      [1, 0],
      [400, 3],
    ] as const) {
      const shares = meterShares(sampleMeter({ value, limit, state: 'broken' }));
      expect(shares.value).toBeGreaterThan(shares.limit);
      expect(shares.value).toBeLessThanOrEqual(1);
    }
  });

  it('never reaches the mark before the limit', () => {
    const shares = meterShares(sampleMeter({ value: 2, limit: 3 }));
    expect(shares.value).toBeLessThan(shares.limit);
  });
});
