import fc from 'fast-check';
import { VERDICTS, type Verdict } from '../run';
import type { RetryRule } from './campaign-plan';
import { retryAfter, retryProblems } from './retry-rule';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const rule = (change: Partial<RetryRule> = {}): RetryRule => ({
  ...{ verdicts: ['same-error'], codes: null, attempts: 3, backOffMinutes: 30, ...change },
});
const RETRIED: readonly Verdict[] = [
  ...(['scan-ok-not-installed', 'unverified', 'same-error', 'new-error', 'step-failed'] as const),
  ...(['rolled-back', 'lost', 'skipped', 'recurred'] as const),
];
const NEVER = VERDICTS.filter((verdict) => !RETRIED.includes(verdict));

describe('when a run is tried again', () => {
  const lost = rule({ verdicts: ['lost'], attempts: 2, backOffMinutes: 5 });
  const coded = rule({ codes: ['0x80070002', '0x8024402C'], attempts: 10, backOffMinutes: 60 });

  it.each<[string, RetryRule[], Verdict, string | null, number, number | null]>([
    ['no rules', [], 'same-error', null, 1, null],
    ['no rule for the verdict', [rule()], 'lost', null, 1, null],
    ['after the first try', [rule()], 'same-error', null, 1, 30],
    ['after the second, twice as late', [rule()], 'same-error', '0x80070002', 2, 60],
    ['not after the last', [rule()], 'same-error', null, 3, null],
    ['not after more than that', [rule()], 'same-error', null, 9, null],
    ['the code is named', [coded], 'same-error', '0x8024402C', 1, 60],
    ['the code is another', [coded], 'same-error', '0x80240022', 1, null],
    ['there is no code', [coded], 'same-error', null, 1, null],
    ['the first that fits counts', [coded, rule()], 'same-error', '0x80070002', 4, 480],
    [
      'and no later one when its tries are over',
      [rule(), coded],
      'same-error',
      '0x80070002',
      3,
      null,
    ],
    ['else the next', [coded, rule(), lost], 'lost', null, 1, 5],
    ['never later than in a week', [coded], 'same-error', '0x80070002', 9, WEEK / MINUTE],
  ])('%s', (_, rules, verdict, code, attempts, minutes) => {
    const expected = minutes === null ? null : minutes * MINUTE;
    expect(retryAfter(rules, { verdict, code }, attempts)).toBe(expected);
  });

  it.each(NEVER)('never after %s, whatever a rule says', (verdict) => {
    expect(retryAfter([rule({ verdicts: [...VERDICTS] })], { verdict, code: null }, 1)).toBeNull();
  });
});

describe('what is wrong with the rules', () => {
  it('nothing, for each verdict that can be tried again', () => {
    expect(retryProblems([rule({ verdicts: RETRIED })])).toEqual([]);
  });

  it.each(NEVER)('%s is never tried again', (verdict) => {
    const [problem, ...others] = retryProblems([rule(), rule({ verdicts: ['lost', verdict] })]);
    expect(problem).toMatchObject({ path: '1.verdicts' });
    expect(problem?.message).toContain(`${verdict} is never tried again`);
    expect(others).toEqual([]);
  });

  it.each<[string, Partial<RetryRule>, string]>([
    ['no verdict', { verdicts: [] }, 'verdicts'],
    ['no code', { codes: [] }, 'codes'],
    ['one try', { attempts: 1 }, 'attempts'],
    ['too many tries', { attempts: 11 }, 'attempts'],
    ['half a try', { attempts: 2.5 }, 'attempts'],
    ['no number of tries', { attempts: NaN }, 'attempts'],
    ['no wait', { backOffMinutes: 0 }, 'backOffMinutes'],
    ['no number as wait', { backOffMinutes: NaN }, 'backOffMinutes'],
    ['a wait of more than a week', { backOffMinutes: 10_081 }, 'backOffMinutes'],
  ])('%s', (_, change, path) => {
    expect(retryProblems([rule(change)]).map((problem) => problem.path)).toEqual([`0.${path}`]);
  });

  it.each<[string, Partial<RetryRule>, Partial<RetryRule>, boolean]>([
    ['the same again', {}, {}, true],
    ['codes of a verdict that is taken', {}, { codes: ['0x80070002'] }, true],
    ['the rest of the codes', { codes: ['0x80070002'] }, {}, false],
    ['the same codes', { codes: ['a', 'b'] }, { codes: ['b'] }, true],
    ['one code more', { codes: ['a'] }, { codes: ['a', 'b'] }, false],
    ['one verdict more', {}, { verdicts: ['same-error', 'lost'] }, false],
  ])('a later rule that is for %s', (_, first, second, idle) => {
    const paths = retryProblems([rule(first), rule(second)]).map(({ path }) => path);
    expect(paths).toEqual(idle ? ['1.verdicts'] : []);
  });
});

const sound: fc.Arbitrary<RetryRule> = fc.record({
  verdicts: fc.subarray([...RETRIED], { minLength: 1 }),
  codes: fc.option(fc.subarray(['a', 'b'], { minLength: 1 })),
  attempts: fc.integer({ min: 2, max: 10 }),
  backOffMinutes: fc.integer({ min: 1, max: 10_080 }),
});

it('waits longer each time, a week at most, and stops within ten tries', () => {
  const ends = fc.record({
    verdict: fc.constantFrom(...VERDICTS),
    code: fc.option(fc.constantFrom('a', 'b', 'c')),
  });
  fc.assert(
    fc.property(fc.array(sound, { maxLength: 4 }), ends, (rules, end) => {
      const waits = Array.from({ length: 12 }, (_, made) => retryAfter(rules, end, made + 1));
      const tries = waits.findIndex((wait) => wait === null);
      expect(tries).toBeGreaterThanOrEqual(0);
      expect(tries).toBeLessThan(10);
      expect(waits.slice(tries).every((wait) => wait === null)).toBe(true);
      waits.slice(0, tries).forEach((wait, index, all) => {
        expect(wait).toBeGreaterThanOrEqual(MINUTE);
        expect(wait).toBe(Math.min(WEEK, (all[0] ?? 0) * 2 ** index));
      });
    }),
  );
});

it('finds every rule idle that no end can reach, and no other', () => {
  fc.assert(
    fc.property(fc.array(sound, { maxLength: 4 }), (rules) => {
      const idle = retryProblems(rules).map(({ path }) => path);
      const reached = new Set<number>();
      for (const verdict of RETRIED) {
        for (const code of ['a', 'b', null]) {
          reached.add(
            rules.findIndex(
              ({ verdicts, codes }) =>
                verdicts.includes(verdict) &&
                (codes === null || (code !== null && codes.includes(code))),
            ),
          );
        }
      }
      const unreached = rules.flatMap((_, index) =>
        reached.has(index) ? [] : [`${index}.verdicts`],
      );
      expect(idle).toEqual(unreached);
    }),
  );
});
