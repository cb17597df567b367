import fc from 'fast-check';
import { judgeWave } from './gate';
import { budgetMeters, gateMeters } from './gate-meters';
import type { GateRule, Tally } from './gate-rule';

const HOUR = 3_600_000;
const START = new Date('2026-03-02T08:00:00Z');
const after = (hours: number) => new Date(START.getTime() + hours * HOUR);
const RULE: GateRule = {
  provenLevel: 'L1',
  successPercent: 90,
  minimumDecided: { percent: 80 },
  maximumWaitHours: 72,
  soakHours: 4,
  hardErrors: { percent: 10 },
  softErrors: { count: 3 },
  sameNewError: 3,
};
const NOTHING: Tally = {
  ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0 },
  newErrors: {},
};

function meters(
  tally: Partial<Tally>,
  times: { startedAt?: Date | null; soakUntil?: Date | null; now?: Date; extra?: number } = {},
  rule: Partial<GateRule> = {},
) {
  const all = gateMeters(
    { ...RULE, ...rule },
    {
      size: 20,
      tally: { ...NOTHING, ...tally },
      startedAt: times.startedAt === undefined ? START : times.startedAt,
      soakUntil: times.soakUntil ?? null,
      extraWaitHours: times.extra ?? 0,
      now: times.now ?? START,
    },
  );
  return Object.fromEntries(
    all.map(({ id, value, limit, state }) => [id, `${value}/${limit} ${state}`]),
  );
}

it('shows every condition of a wave that is at work', () => {
  expect(
    meters({ success: 8, hard: 1, open: 11, newErrors: { a: 1 } }, { now: after(1.5) }),
  ).toEqual({
    decided: '9/16 open',
    success: '88.8/90 open',
    'hard-errors': '1/2 open',
    'soft-errors': '0/3 open',
    'same-new-error': '1/2 open',
    wait: '1.5/72 open',
    soak: '0/4 open',
  });
});

it('shows what is broken, and what can no longer break', () => {
  const tally = { success: 12, hard: 3, soft: 1, open: 2, leftOut: 2, newErrors: { a: 3 } };
  expect(meters(tally)).toMatchObject({
    decided: '16/16 met',
    success: '75/90 broken',
    'hard-errors': '3/2 broken',
    'soft-errors': '1/3 met',
    'same-new-error': '3/2 broken',
  });
  expect(meters({ success: 5, leftOut: 15 })).toMatchObject({
    decided: '5/16 broken',
    success: '100/90 met',
    'hard-errors': '0/2 met',
  });
});

it('shows no condition that the rule does not have', () => {
  const bare = { softErrors: null, sameNewError: null, soakHours: 0 };
  expect(Object.keys(meters({ open: 20 }, {}, bare))).toEqual([
    'decided',
    'success',
    'hard-errors',
    'wait',
  ]);
});

it('counts the hours of the wait up to the soak, and then those of the soak', () => {
  const times = (value: Parameters<typeof meters>[1]) => {
    const { wait, soak } = meters({ open: 20 }, value);
    return [wait, soak];
  };
  expect(times({ startedAt: null, now: after(9) })).toEqual(['0/72 open', '0/4 open']);
  expect(times({ now: after(71) })).toEqual(['71/72 open', '0/4 open']);
  expect(times({ now: after(80) })).toEqual(['72/72 met', '0/4 open']);
  expect(times({ now: after(80), extra: 24 })).toEqual(['80/96 open', '0/4 open']);
  expect(times({ now: after(11), soakUntil: after(14) })).toEqual(['10/72 met', '1/4 open']);
  expect(times({ now: after(15), soakUntil: after(14) })).toEqual(['10/72 met', '4/4 met']);
});

it('shows the budget of a campaign', () => {
  const tally = { ...NOTHING, hard: 6, soft: 1, open: 50 };
  expect(budgetMeters({ hardErrors: { percent: 5 }, softErrors: null }, 100, tally)).toEqual([
    {
      ...{ id: 'hard-errors', value: 6, limit: 5 },
      ...{ unit: 'machines', direction: 'at-most', state: 'broken' },
    },
  ]);
  expect(
    budgetMeters({ hardErrors: { percent: 5 }, softErrors: { count: 60 } }, 100, tally).map(
      ({ state }) => state,
    ),
  ).toEqual(['broken', 'met']);
});

it('shows something broken when the gate fails, and nothing but met when it passes', () => {
  const parts = { success: fc.nat(20), soft: fc.nat(4), open: fc.nat(4), leftOut: fc.nat(4) };
  fc.assert(
    fc.property(fc.record({ ...parts, hard: fc.nat(4) }), fc.nat(4), (counts, same) => {
      const newErrors = { a: Math.min(same, counts.hard) };
      const tally = { ...NOTHING, ...counts, newErrors };
      const size = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const wave = { size, tally, waitOver: false };
      const shown = gateMeters(RULE, {
        ...{ ...wave, startedAt: START, extraWaitHours: 0, soakUntil: after(5), now: after(5) },
      });
      const broken = shown.some(({ state }) => state === 'broken');
      const early = judgeWave(RULE, { ...wave, phase: 'working' });
      if (early.result === 'failed' || early.result === 'inconclusive') expect(broken).toBe(true);
      if (judgeWave(RULE, { ...wave, phase: 'evaluating' }).result === 'passed') {
        expect(broken).toBe(false);
        expect(shown.filter(({ direction }) => direction === 'at-least')).toMatchObject([
          { state: 'met' },
          { state: 'met' },
        ]);
      }
    }),
  );
});
