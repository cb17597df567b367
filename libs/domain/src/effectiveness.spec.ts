import fc from 'fast-check';
import {
  type EffectTally,
  effectivenessOf,
  HELPED_VERDICTS,
  measuredOf,
  UNHELPFUL_VERDICTS,
} from './effectiveness';
import { outcomeOf } from './campaigns';
import { VERDICTS } from './run';
import { toneOf } from './verdict';

describe('effectivenessOf', () => {
  it.each([
    [0, 0, 0, 1],
    [0, 10, 0, 0.278],
    [10, 10, 0.722, 1],
    [93, 100, 0.863, 0.966],
    [5, 10, 0.237, 0.763],
  ])('%d of %d helped: %d to %d', (helped, decided, low, high) => {
    const found = effectivenessOf(helped, decided);
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  });
});

describe('verdicts that decide', () => {
  it('are those that are good or bad for a run that was to help, and no others', () => {
    const decided: readonly string[] = [...HELPED_VERDICTS, ...UNHELPFUL_VERDICTS];
    const others = VERDICTS.filter((verdict) => !decided.includes(verdict));
    expect(others).toEqual([
      'recovered-untreated',
      'scan-ok-not-installed',
      'unverified',
      'expired',
      'cancelled',
      'skipped',
      'dry-run-done',
      'undone',
    ]);
    const outcome = (verdict: (typeof VERDICTS)[number]) =>
      outcomeOf({ verdict, proven: ['L0', 'L1', 'L2', 'L3'] }, 'L0');
    for (const verdict of HELPED_VERDICTS) expect(outcome(verdict)).toBe('success');
    for (const verdict of UNHELPFUL_VERDICTS) expect(['soft', 'hard']).toContain(outcome(verdict));
    for (const verdict of HELPED_VERDICTS) expect(toneOf(verdict)).toBe('good');
    for (const verdict of UNHELPFUL_VERDICTS) expect(toneOf(verdict)).toBe('bad');
  });
});

describe('measuredOf', () => {
  const tally = (on: EffectTally['on'], version: number, helped: number, decided: number) => ({
    ...{ on, version, helped, decided },
  });

  it.each<[string, EffectTally[], object | null]>([
    ['nothing', [], null],
    ['nothing that was decided', [tally('kind', 2, 0, 0)], null],
    [
      'the version that would be run',
      [tally('fingerprint', 2, 1, 10), tally('fingerprint', 1, 90, 90), tally('kind', 2, 1, 10)],
      { on: 'fingerprint', version: 2, helped: 1, decided: 10 },
    ],
    [
      'all versions, where the current one has too few runs',
      [tally('fingerprint', 2, 9, 9), tally('fingerprint', 1, 1, 1), tally('kind', 2, 50, 90)],
      { on: 'fingerprint', version: null, helped: 10, decided: 10 },
    ],
    [
      'its kind, where the fingerprint is new',
      [tally('fingerprint', 2, 1, 1), tally('kind', 2, 50, 90), tally('kind', 1, 1, 9)],
      { on: 'kind', version: 2, helped: 50, decided: 90 },
    ],
    [
      'all there is, where nothing has enough runs',
      [tally('fingerprint', 2, 1, 1), tally('kind', 2, 2, 3), tally('kind', 1, 1, 4)],
      { on: 'kind', version: null, helped: 3, decided: 7 },
    ],
  ])('takes %s', (_, tallies, found) => {
    const measured = measuredOf(tallies, 2);
    if (found === null) expect(measured).toBeNull();
    else expect(measured).toMatchObject(found);
  });

  it('never makes up runs, and holds the share in its interval', () => {
    const tallies = fc.array(
      fc.record({
        version: fc.integer({ min: 1, max: 3 }),
        on: fc.constantFrom('fingerprint' as const, 'kind' as const),
        helped: fc.nat(50),
        more: fc.nat(50),
      }),
    );
    fc.assert(
      fc.property(tallies, fc.option(fc.integer({ min: 1, max: 3 })), (made, version) => {
        const all = made.map(({ more, ...each }) => ({ ...each, decided: each.helped + more }));
        const measured = measuredOf(all, version ?? undefined);
        if (measured === null) return;
        const counted = all.filter(({ on }) => on === measured.on);
        expect(measured.decided).toBeLessThanOrEqual(
          counted.reduce((sum, { decided }) => sum + decided, 0),
        );
        const share = measured.helped / measured.decided;
        expect(measured.low).toBeLessThanOrEqual(share + 1e-9);
        expect(measured.high).toBeGreaterThanOrEqual(share - 1e-9);
      }),
    );
  });
});
