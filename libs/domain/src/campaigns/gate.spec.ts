import fc from 'fast-check';
import { amountOf } from './amount';
import { budgetBroken, decidedOf, judgeWave } from './gate';
import { gateProblems } from './gate-problems';
import type { GateRule, Tally } from './gate-rule';

const RULE: GateRule = {
  provenLevel: 'L1',
  successPercent: 90,
  minimumDecided: { percent: 80 },
  maximumWaitHours: 72,
  soakHours: 4,
  hardErrors: { percent: 10 },
  softErrors: null,
  sameNewError: 3,
};

const NOTHING: Tally = {
  ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0 },
  newErrors: {},
};

const sizeOf = (tally: Tally) => decidedOf(tally) + tally.open + tally.leftOut;

function judge(
  phase: 'working' | 'evaluating',
  tally: Partial<Tally>,
  rule: Partial<GateRule> = {},
  waitOver = false,
) {
  const whole = { ...NOTHING, ...tally };
  return judgeWave({ ...RULE, ...rule }, { size: sizeOf(whole), tally: whole, waitOver, phase });
}

describe('a wave at work', () => {
  it.each<[string, Partial<Tally>, Partial<GateRule>, string]>([
    ['nothing decided yet', { open: 20 }, {}, 'open'],
    ['as many hard errors as allowed', { hard: 2, open: 18 }, {}, 'open'],
    ['one hard error more', { hard: 3, open: 17 }, {}, 'failed hard-errors'],
    [
      'none allowed, one there',
      { hard: 1, open: 99 },
      { hardErrors: { count: 0 } },
      'failed hard-errors',
    ],
    ['soft errors that are not counted', { soft: 2, open: 18 }, {}, 'open'],
    [
      'soft errors above their limit',
      { soft: 2, open: 18 },
      { softErrors: { count: 1 } },
      'failed soft-errors',
    ],
    ['two of one new error', { hard: 2, open: 38, newErrors: { '0x80070002': 2 } }, {}, 'open'],
    [
      'three of one new error',
      { hard: 3, open: 37, newErrors: { '0x80070002': 3 } },
      {},
      'failed same-new-error',
    ],
    [
      'three new errors, each another',
      { hard: 3, open: 37, newErrors: { a: 1, b: 1, c: 1 } },
      {},
      'open',
    ],
    [
      'the same new error, not watched',
      { hard: 3, open: 37, newErrors: { a: 3 } },
      { sameNewError: null },
      'open',
    ],
    ['soft errors that cost the share', { soft: 3, open: 17 }, {}, 'failed cannot-pass'],
    ['all succeeded: that is not for now to say', { success: 20 }, {}, 'open'],
    ['too few left to decide, some open', { success: 2, open: 5, leftOut: 13 }, {}, 'open'],
    [
      'too few left to decide, none open',
      { success: 7, leftOut: 13 },
      {},
      'inconclusive too-few-decided',
    ],
    ['all left out', { leftOut: 20 }, {}, 'inconclusive too-few-decided'],
    ['no target at all', {}, {}, 'inconclusive too-few-decided'],
    ['all in, share too low', { success: 17, soft: 3 }, {}, 'failed cannot-pass'],
  ])('%s', (_, tally, rule, expected) => {
    const judgement = judge('working', tally, rule);
    const code = judgement.result === 'open' ? '' : ` ${judgement.code}`;
    expect(judgement.result + code).toBe(expected);
  });
});

describe('a wave that is judged', () => {
  it.each<[string, Partial<Tally>, Partial<GateRule>, string]>([
    ['all succeeded', { success: 20 }, {}, 'passed success'],
    ['just enough of just enough', { success: 15, soft: 1, open: 4 }, {}, 'passed success'],
    ['one too few decided', { success: 15, open: 5 }, {}, 'inconclusive too-few-decided'],
    ['exactly the share', { success: 18, soft: 2 }, {}, 'passed success'],
    ['just below the share', { success: 16, soft: 2 }, {}, 'failed below-threshold'],
    [
      'a share with a fraction',
      { success: 161, soft: 89 },
      { successPercent: 64.4 },
      'passed success',
    ],
    [
      'hard errors, in spite of the share',
      { success: 97, hard: 3 },
      { hardErrors: { count: 2 } },
      'failed hard-errors',
    ],
    ['hard errors, though too few are decided', { hard: 3, open: 17 }, {}, 'failed hard-errors'],
    [
      'few decided, all failed softly',
      { soft: 2, leftOut: 18 },
      {},
      'inconclusive too-few-decided',
    ],
    ['all left out', { leftOut: 20 }, {}, 'inconclusive too-few-decided'],
    ['no target at all', {}, { minimumDecided: { count: 0 } }, 'inconclusive too-few-decided'],
    [
      'a minimum that is more than the wave has: all of them are enough',
      { success: 3 },
      { minimumDecided: { count: 10 } },
      'passed success',
    ],
  ])('%s', (_, tally, rule, expected) => {
    const judgement = judge('evaluating', tally, rule);
    const code = judgement.result === 'open' ? '' : ` ${judgement.code}`;
    expect(judgement.result + code).toBe(expected);
  });
});

it('says why, with the numbers', () => {
  const reasons = [
    judge('working', { hard: 3, open: 17 }),
    judge('working', { hard: 1, open: 9 }, { hardErrors: { count: 0 } }),
    judge('working', { hard: 3, open: 37, newErrors: { a: 1, b: 3, c: 3 } }),
    judge('working', { success: 2, soft: 3, open: 15 }),
    judge('working', { success: 17, soft: 3 }),
    judge('evaluating', { success: 1, open: 5, leftOut: 2 }, {}, true),
    judge('evaluating', { success: 899, soft: 101, leftOut: 9 }),
    judge('evaluating', { success: 1 }),
  ].map((judgement) => ('reason' in judgement ? judgement.reason : ''));
  expect(reasons).toEqual([
    '3 hard errors, 2 (10 % of 20) are allowed.',
    '1 hard error, 0 are allowed.',
    'The new error b on 3 machines; 3 with the same one stop the wave.',
    '2 of 5 machines succeeded; even if the 15 open ones succeed, it is 85 %, 90 % are needed.',
    '17 of 20 machines succeeded; that is 85 %, 90 % are needed.',
    'The wait is over. Only 1 of 8 machines are decided (5 still open, 2 left out), 7 are needed.',
    '899 of 1000 machines succeeded (89.9 %), 90 % are needed.',
    '1 of 1 machine succeeded (100 %), 90 % are needed.',
  ]);
});

it('breaks a budget with the error that is one too many', () => {
  const budget = { hardErrors: { percent: 5 }, softErrors: { count: 2 } };
  const at = (hard: number, soft: number) =>
    budgetBroken(budget, 100, { ...NOTHING, hard, soft, open: 100 - hard - soft });
  expect(at(5, 2)).toBeNull();
  expect(at(6, 3)).toEqual({
    code: 'hard-errors',
    reason: '6 hard errors, 5 (5 % of 100) are allowed.',
  });
  expect(at(0, 3)).toEqual({ code: 'soft-errors', reason: '3 soft errors, 2 are allowed.' });
  expect(budgetBroken({ ...budget, softErrors: null }, 100, { ...NOTHING, soft: 100 })).toBeNull();
});

const amounts = (most: number) =>
  fc.oneof(
    fc.record({ count: fc.nat(most) }),
    fc.record({ percent: fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10) }),
  );
const rules: fc.Arbitrary<GateRule> = fc.record({
  provenLevel: fc.constantFrom('L0', 'L1', 'L2', 'L3'),
  successPercent: fc.integer({ min: 1, max: 100 }),
  minimumDecided: amounts(8),
  maximumWaitHours: fc.constant(72),
  soakHours: fc.constant(4),
  hardErrors: amounts(8),
  softErrors: fc.option(amounts(8)),
  sameNewError: fc.option(fc.integer({ min: 1, max: 5 })),
});
/** Tallies that can be: new errors are hard errors, each of one code. */
const tallies = (most: number): fc.Arbitrary<Tally> =>
  fc
    .record({
      success: fc.nat(most),
      soft: fc.nat(most),
      open: fc.nat(most),
      leftOut: fc.nat(most),
      others: fc.nat(most),
      newErrors: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: most })),
    })
    .map(({ others, ...rest }) => ({
      ...NOTHING,
      ...rest,
      pending: rest.open,
      hard: others + Object.values(rest.newErrors).reduce((sum, count) => sum + count, 0),
    }));
const phases = fc.constantFrom('working' as const, 'evaluating' as const);
const waits = fc.boolean();

/** Judged as a wave of all the tally's targets, or of so many. */
const judged = (
  rule: GateRule,
  tally: Tally,
  phase: 'working' | 'evaluating',
  size = sizeOf(tally),
) => judgeWave(rule, { size, tally, waitOver: false, phase });

describe('whatever rule and tally', () => {
  it('passes nothing below the share, below the minimum or while at work', () => {
    fc.assert(
      fc.property(rules, tallies(30), phases, waits, (rule, tally, phase, waitOver) => {
        const size = sizeOf(tally);
        const { result } = judgeWave(rule, { size, tally, waitOver, phase });
        if (phase === 'evaluating') expect(result).not.toBe('open');
        if (result !== 'passed') return;
        expect(phase).toBe('evaluating');
        expect(tally.success * 100).toBeGreaterThanOrEqual(rule.successPercent * decidedOf(tally));
        expect(decidedOf(tally)).toBeGreaterThanOrEqual(amountOf(rule.minimumDecided, size));
        expect(tally.hard).toBeLessThanOrEqual(amountOf(rule.hardErrors, size));
      }),
    );
  });

  it('takes no machine that was left out for an error', () => {
    fc.assert(
      fc.property(rules, tallies(10), fc.integer({ min: 1, max: 10 }), (rule, tally, more) => {
        // When it is judged, more that are left out never fail it, and are no other than those still open.
        const before = judged(rule, tally, 'evaluating').result;
        const after = judged(
          rule,
          { ...tally, leftOut: tally.leftOut + more },
          'evaluating',
        ).result;
        if (before !== 'failed') expect(after).not.toBe('failed');
        const gone = { ...tally, open: 0, leftOut: tally.leftOut + tally.open };
        expect(judged(rule, gone, 'evaluating').result).toBe(before);
        // At work, they fail it only because of those that are decided.
        const early = judged(rule, gone, 'working');
        if (early.result === 'failed' && judged(rule, tally, 'working').result === 'open') {
          expect(early.code).toBe('cannot-pass');
          expect(before).toBe('failed');
        }
      }),
    );
  });

  it('never passes what had failed because of one more hard error', () => {
    fc.assert(
      fc.property(rules, tallies(10), fc.constantFrom('open', 'leftOut'), (rule, tally, from) => {
        fc.pre(tally[from] > 0 && judged(rule, tally, 'evaluating').result === 'failed');
        const worse = { ...tally, [from]: tally[from] - 1, hard: tally.hard + 1 };
        expect(judged(rule, worse, 'evaluating').result).toBe('failed');
      }),
    );
  });

  it('stays failed while what is open turns into errors', () => {
    fc.assert(
      fc.property(
        rules,
        tallies(8),
        fc.constantFrom('hard', 'soft'),
        phases,
        (rule, tally, kind, phase) => {
          fc.pre(tally.open > 0 && judged(rule, tally, phase).result === 'failed');
          const worse = { ...tally, open: tally.open - 1, [kind]: tally[kind] + 1 };
          expect(judged(rule, worse, phase).result).toBe('failed');
        },
      ),
    );
  });

  it('gives up at work exactly when no end of what is open could pass', () => {
    fc.assert(
      fc.property(rules, tallies(3), (rule, tally) => {
        const { result } = judged(rule, tally, 'working');
        const ends = [...completions(tally)];
        const canPass = ends.some((end) => judged(rule, end, 'evaluating').result === 'passed');
        // Where only too few could be decided, it waits for the errors that may still come.
        const canDecide = ends.some(
          (end) => decidedOf(end) >= Math.max(1, amountOf(rule.minimumDecided, sizeOf(tally))),
        );
        if (canPass) expect(result).toBe('open');
        else if (canDecide) expect(result).toBe('failed');
        else expect(result).not.toBe('passed');
        if (result === 'inconclusive') expect([canPass, tally.open]).toEqual([false, 0]);
      }),
    );
  });

  it('takes a part for the number that it is of the wave', () => {
    fc.assert(
      fc.property(rules, tallies(10), phases, (rule, tally, phase) => {
        const size = sizeOf(tally);
        const counts = {
          ...rule,
          hardErrors: { count: amountOf(rule.hardErrors, size) },
          softErrors: rule.softErrors && { count: amountOf(rule.softErrors, size) },
          minimumDecided: { count: amountOf(rule.minimumDecided, size) },
        };
        expect(judged(counts, tally, phase).result).toBe(judged(rule, tally, phase).result);
      }),
    );
  });

  it('passes a wave of nothing but successes, or the rule has problems', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: 1, max: 20 }), (rule, size) => {
        const { result } = judged(rule, { ...NOTHING, success: size }, 'evaluating');
        if (gateProblems(rule, [size]).length === 0) expect(result).toBe('passed');
      }),
    );
  });
});

/** Every way in which what is open may end. */
function* completions(tally: Tally): Generator<Tally> {
  const { open } = tally;
  for (let success = 0; success <= open; success += 1) {
    for (let hard = 0; success + hard <= open; hard += 1) {
      for (let soft = 0; success + hard + soft <= open; soft += 1) {
        yield {
          ...tally,
          open: 0,
          success: tally.success + success,
          hard: tally.hard + hard,
          soft: tally.soft + soft,
          leftOut: tally.leftOut + open - success - hard - soft,
        };
      }
    }
  }
}
