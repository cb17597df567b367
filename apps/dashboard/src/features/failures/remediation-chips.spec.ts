import { remediationChips } from './remediation-chips';

describe('remediationChips', () => {
  it.each([
    [{ activeRuns: 0, verdicts: {} }, []],
    [{ activeRuns: 1, verdicts: {} }, ['A fix is on the way on 1 machine']],
    [
      { activeRuns: 12, verdicts: { fixed: 30, superseded: 1, recurred: 3, 'same-error': 4 } },
      ['A fix is on the way on 12 machines', '31 mended', '3 fixes did not hold'],
    ],
  ])('%j: %j', (failure, words) => {
    expect(remediationChips(failure).map(({ word }) => word)).toEqual(words);
  });
});
