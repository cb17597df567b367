import fc from 'fast-check';
import { isRecurrence, provenLevels } from './proof';
import { VERDICTS, VERDICT_LEVELS, type Verdict, type VerdictLevel } from './run';

const proof = (level: VerdictLevel | null, survivedRestart = false, held = false) =>
  provenLevels({ verdict: 'fixed', level, survivedRestart, held });

describe('provenLevels', () => {
  it.each<[VerdictLevel | null, boolean, boolean, string]>([
    [null, false, false, ''],
    ['L0', false, false, 'L0'],
    ['L2', false, false, 'L0 L1 L2'],
    ['L2', true, false, 'L0 L1 L2 L3'],
    ['L2', true, true, 'L0 L1 L2 L3 L4'],
    ['L1', false, true, 'L0 L1 L4'],
    ['L1', true, false, 'L0 L1 L3'],
    ['L4', false, false, 'L0 L1 L2'],
  ])('%s, restart %s, held %s: %s', (level, restart, held, levels) => {
    expect(proof(level, restart, held).join(' ')).toBe(levels);
  });

  it('names each level once, in order, whatever is known', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(null, ...VERDICT_LEVELS),
        fc.boolean(),
        fc.boolean(),
        (level, restart, held) => {
          const levels = proof(level, restart, held);
          const places = levels.map((one) => VERDICT_LEVELS.indexOf(one));
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('isRecurrence', () => {
  const endedAt = new Date('2026-11-01T00:00:00Z');
  const day = 24 * 3_600_000;
  const is = (verdict: Verdict, days: number) =>
    isRecurrence({ verdict, endedAt }, new Date(endedAt.getTime() + days * day), 14 * day);

  it.each<[Verdict, number, boolean]>([
    ['fixed', -1, false],
    ['fixed', 0, false],
    ['fixed', 1, true],
    ['superseded', 13, true],
    ['fixed', 14, true],
    ['fixed', 14.1, false],
    ['same-error', 1, false],
  ])('%s, failed after %s days: %s', (verdict, days, expected) => {
    expect(is(verdict, days)).toBe(expected);
  });

  it('concerns only verdicts that say that the failure is gone', () => {
    expect(VERDICTS.filter((verdict) => is(verdict, 1))).toEqual(['fixed', 'superseded']);
  });
});
