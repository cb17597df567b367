import fc from 'fast-check';
import { judgeWave } from './gate';
import type { GateRule, Tally } from './gate-rule';
import { OUTCOMES, type Outcome } from './outcome';
import { type Replay, replayGate, type ReplayedOutcome } from './replay';

const RULE: GateRule = {
  provenLevel: 'L1',
  successPercent: 80,
  minimumDecided: { percent: 60 },
  maximumWaitHours: 72,
  soakHours: 4,
  hardErrors: { count: 1 },
  softErrors: null,
  sameNewError: 2,
};
const BUDGET = { hardErrors: { percent: 100 }, softErrors: null };

/** `1:success*3 2:hard(a)`: wave, outcome, code, how often. */
function outcomes(text: string): ReplayedOutcome[] {
  return text.split(' ').flatMap((part) => {
    const found = /^(\d+):([a-z-]+)(?:\((\w+)\))?(?:\*(\d+))?$/.exec(part);
    const [, wave, outcome, code = null, times = '1'] = found ?? [];
    const one = { wave: Number(wave), outcome: outcome as Outcome, code };
    return Array.from({ length: Number(times) }, () => one);
  });
}
const replay = (waves: number[], text: string, change: Partial<Replay> = {}) =>
  replayGate({ ...{ rule: RULE, budget: BUDGET, waves, outcomes: outcomes(text) }, ...change });

it.each<[string, number[], string, number | null, string | null]>([
  ['all succeed', [5, 10], '1:success*5 2:success*10', null, null],
  ['just enough succeed', [5, 10], '1:success*4 1:hard 2:success*8 2:soft*2', null, null],
  [
    'too many hard errors, found with the last one needed',
    [10],
    '1:hard 1:success*3 1:hard 1:success*5',
    5,
    'Wave 1: 2 hard errors, 1 is allowed.',
  ],
  [
    'nothing can save the first wave',
    [5, 10],
    '1:soft*2 1:success*3 2:success*10',
    2,
    'Wave 1: 0 of 2 machines succeeded; even if the 3 open ones succeed, it is 60 %, 80 % are needed.',
  ],
  [
    'only the second wave is bad',
    [5, 10],
    '1:success*5 2:soft*3 2:success*7',
    8,
    'Wave 2: 0 of 3 machines succeeded; even if the 7 open ones succeed, it is 70 %, 80 % are needed.',
  ],
  [
    'too many were left out to say anything',
    [5],
    '1:success*2 1:left-out*3',
    2,
    'Wave 1: Only 2 of 5 machines are decided (3 left out), 3 are needed.',
  ],
  [
    'too many stayed open to say anything',
    [5],
    '1:success*2 1:open*3',
    2,
    'Wave 1: The wait is over. Only 2 of 5 machines are decided (3 still open), 3 are needed.',
  ],
  ['few were left out', [5], '1:success*3 1:left-out*2', null, null],
  ['nothing is known', [5, 5], '1:success*5', null, null],
])('%s', (_, waves, text, stoppedAfter, reason) => {
  expect(replay(waves, text)).toEqual({ stoppedAfter, reason });
});

it('stops by the same new error where hard errors alone would not', () => {
  const rule = { ...RULE, hardErrors: { count: 5 } };
  expect(replay([20], '1:hard(a) 1:hard(b) 1:hard 1:hard(a) 1:success', { rule })).toEqual({
    stoppedAfter: 4,
    reason: 'Wave 1: The new error a on 2 machines; 2 with the same one stop the wave.',
  });
});

it('adds up the budget over the waves', () => {
  const budget = { hardErrors: { count: 1 }, softErrors: null };
  const text = '1:success*4 1:hard 2:success*4 2:hard';
  expect(replay([5, 5], text)).toEqual({ stoppedAfter: null, reason: null });
  expect(replay([5, 5], text, { budget })).toEqual({
    stoppedAfter: 10,
    reason: 'Budget of the campaign: 2 hard errors, 1 is allowed.',
  });
});

it('refuses outcomes of a wave that there is not', () => {
  expect(() => replay([5], '2:success')).toThrow('there is no wave 2');
});

const pasts = fc.array(
  fc.record({
    wave: fc.integer({ min: 1, max: 3 }),
    outcome: fc.constantFrom(...OUTCOMES),
    code: fc.option(fc.constantFrom('a', 'b')),
  }),
  { maxLength: 40 },
);
const sizesOf = (past: readonly ReplayedOutcome[]) =>
  [1, 2, 3].map((wave) => past.filter((one) => one.wave === wave).length);

it('lets a past pass only when every wave, counted as a whole, passes', () => {
  fc.assert(
    fc.property(pasts, fc.integer({ min: 1, max: 100 }), (past, successPercent) => {
      const rule = { ...RULE, successPercent, hardErrors: { percent: 30 } };
      const waves = sizesOf(past);
      const { stoppedAfter } = replayGate({ rule, budget: BUDGET, waves, outcomes: past });
      const passed = waves.every((size, index) => {
        const of = (outcome: Outcome) =>
          past.filter((one) => one.wave === index + 1 && one.outcome === outcome);
        const newErrors: Record<string, number> = {};
        for (const { code } of of('hard')) if (code) newErrors[code] = (newErrors[code] ?? 0) + 1;
        const tally: Tally = {
          ...{ success: of('success').length, hard: of('hard').length, soft: of('soft').length },
          ...{ open: of('open').length, leftOut: of('left-out').length },
          ...{ inFlight: 0, pending: 0, newErrors },
        };
        const wave = { size, tally, waitOver: true, phase: 'evaluating' } as const;
        return size === 0 || judgeWave(rule, wave).result === 'passed';
      });
      expect(stoppedAfter === null).toBe(passed);
    }),
  );
});

it('stops no later with a stricter budget', () => {
  fc.assert(
    fc.property(pasts, fc.nat(5), (past, count) => {
      const at = (hardErrors: number) => {
        const budget = { hardErrors: { count: hardErrors }, softErrors: null };
        const replayed = { rule: RULE, budget, waves: sizesOf(past), outcomes: past };
        return replayGate(replayed).stoppedAfter ?? Infinity;
      };
      expect(at(count)).toBeLessThanOrEqual(at(count + 1));
    }),
  );
});
