import { sampleComparison } from '../../testing/campaign-samples';
import { comparisonWords } from './comparison-words';

describe('comparisonWords', () => {
  it('says counts, difference and interval, and that nothing is proven', () => {
    expect(comparisonWords(sampleComparison({ difference: 17, low: -3, high: 36 }))).toBe(
      'treated 61 % (37 of 61), waiting 44 % (8 of 18): +17 points, −3 to +36: not proven',
    );
  });

  it('compares nothing where one side is empty', () => {
    const words = comparisonWords(
      sampleComparison({
        waiting: { machines: 0, recovered: 0 },
        ...{ difference: null, low: null, high: null },
        conclusion: 'nothing-to-compare',
      }),
    );
    expect(words).toBe('treated 61 % (37 of 61), waiting none: nothing to compare');
  });
});
