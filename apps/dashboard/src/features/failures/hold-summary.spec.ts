import { VERDICTS } from '@fleetmend/domain';
import { holdOf } from './hold-summary';

describe('holdOf', () => {
  it.each([
    [{}, { held: 0, failed: 0, open: 0 }],
    [
      { fixed: 3, superseded: 1 },
      { held: 4, failed: 0, open: 0 },
    ],
    [
      { fixed: 3, recurred: 1, 'same-error': 2 },
      { held: 3, failed: 3, open: 0 },
    ],
    [
      { 'scan-ok-not-installed': 5, unverified: 1 },
      { held: 0, failed: 0, open: 6 },
    ],
    [
      { 'dry-run-done': 9, cancelled: 2, expired: 1, skipped: 1, undone: 1 },
      { held: 0, failed: 0, open: 0 },
    ],
    [{ 'of a later version': 2 }, { held: 0, failed: 0, open: 2 }],
  ])('sums up %j', (verdicts, expected) => {
    expect(holdOf(verdicts)).toEqual(expected);
  });

  it('never takes a run that did not act for a cure that held', () => {
    for (const verdict of VERDICTS) {
      const { held } = holdOf({ [verdict]: 1 });
      expect({ verdict, held }).toEqual({
        verdict,
        held: ['fixed', 'superseded', 'recovered-untreated'].includes(verdict) ? 1 : 0,
      });
    }
  });
});
