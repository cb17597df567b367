import fc from 'fast-check';
import { campaignLifeCycle, waveLifeCycle } from './campaign';
import { type CampaignFacts, carriedOut, decide, type WaveFacts } from './decide';
import { judgeWave } from './gate';
import type { GateRule, Tally } from './gate-rule';

const NOW = new Date('2026-11-28T12:00:00Z');
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

const RULE: GateRule = {
  provenLevel: 'L1',
  successPercent: 80,
  minimumDecided: { percent: 80 },
  maximumWaitHours: 72,
  soakHours: 4,
  hardErrors: { count: 2 },
  softErrors: null,
  sameNewError: 3,
};
const tally = (more: Partial<Tally> = {}): Tally => ({
  ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0, newErrors: {} },
  ...more,
});
const wave = (more: Partial<WaveFacts> = {}): WaveFacts => ({
  ...{ number: 1, state: 'planned', machines: 10, waitUntil: null, soakUntil: null },
  tally: tally({ open: 10, pending: 10 }),
  ...more,
});
const facts = (more: Partial<CampaignFacts> = {}): CampaignFacts => ({
  ...{ state: 'running', startAt: null, endAt: later(1000), rule: RULE, machines: 20 },
  budget: { hardErrors: { count: 3 }, softErrors: null },
  ...{ runs: tally(), growsUntil: null },
  waves: [wave(), wave({ number: 2 })],
  ...more,
});
const outcome = (given: CampaignFacts, now = NOW) =>
  decide(given, now).map((decision) =>
    decision.type === 'wave'
      ? `wave ${decision.number}: ${decision.to}`
      : `campaign: ${decision.to}${decision.pauseReason === null ? '' : ` (${decision.pauseReason})`}`,
  );
const done = tally({ success: 10 });

describe('decide', () => {
  it.each<[string, CampaignFacts, string[], Date?]>([
    ['waits for its start', facts({ state: 'scheduled', startAt: later(1) }), []],
    [
      'begins, and starts its first wave',
      facts({ state: 'scheduled', startAt: later(1) }),
      ['campaign: running', 'wave 1: dispatching'],
      later(1),
    ],
    [
      'is expired when its end comes before its start',
      facts({ state: 'scheduled', startAt: later(2000) }),
      ['campaign: expired'],
      later(1000),
    ],
    ['starts one wave at a time', facts(), ['wave 1: dispatching']],
    [
      'waits while orders are to be given out',
      facts({ waves: [wave({ state: 'dispatching', waitUntil: later(1) })] }),
      [],
    ],
    [
      'goes on when every machine has its order',
      facts({
        waves: [
          wave({
            state: 'dispatching',
            waitUntil: later(1),
            tally: tally({ open: 10, inFlight: 10 }),
          }),
        ],
      }),
      ['wave 1: executing'],
    ],
    [
      'watches a wave when all are in',
      facts({ waves: [wave({ state: 'executing', waitUntil: later(1), tally: done })] }),
      ['wave 1: soaking'],
    ],
    [
      'does not wait for what ended without proof when enough are decided without it',
      facts({
        waves: [
          wave({ state: 'executing', waitUntil: later(1), tally: tally({ success: 8, open: 2 }) }),
        ],
      }),
      ['wave 1: soaking'],
    ],
    [
      'waits for it when too few are',
      facts({
        waves: [
          wave({ state: 'executing', waitUntil: later(1), tally: tally({ success: 7, open: 3 }) }),
        ],
      }),
      [],
    ],
    [
      'goes on watching',
      facts({
        waves: [wave({ state: 'soaking', waitUntil: later(1), soakUntil: later(1), tally: done })],
      }),
      [],
    ],
    [
      'passes a wave, and then starts the next',
      facts({
        waves: [
          wave({ state: 'soaking', waitUntil: later(9), soakUntil: NOW, tally: done }),
          wave({ number: 2 }),
        ],
      }),
      ['wave 1: evaluating', 'wave 1: passed', 'wave 2: dispatching'],
    ],
    [
      'fails a wave at once, while the others are at work',
      facts({
        waves: [
          wave({
            state: 'executing',
            waitUntil: later(9),
            tally: tally({ hard: 3, open: 7, inFlight: 7 }),
          }),
          wave({ number: 2 }),
        ],
      }),
      ['wave 1: evaluating', 'wave 1: failed', 'campaign: paused (gate-failed)'],
    ],
    [
      'asks when too few are decided after the longest wait',
      facts({
        waves: [
          wave({
            state: 'soaking',
            waitUntil: NOW,
            soakUntil: NOW,
            tally: tally({ success: 5, open: 5, pending: 5 }),
          }),
        ],
      }),
      ['wave 1: evaluating', 'wave 1: inconclusive', 'campaign: paused (inconclusive)'],
    ],
    [
      'pauses when the budget is passed, whatever the waves say',
      facts({
        runs: tally({ hard: 4 }),
        waves: [wave({ state: 'passed', tally: done }), wave({ number: 2 })],
      }),
      ['campaign: paused (budget)'],
    ],
    [
      'judges a wave to the end before it looks at the budget, and starts no other',
      facts({
        runs: tally({ hard: 4 }),
        waves: [wave({ state: 'evaluating', tally: done }), wave({ number: 2 })],
      }),
      ['wave 1: passed', 'campaign: paused (budget)'],
    ],
    ['does nothing while it is paused', facts({ state: 'paused' }), []],
    [
      'pauses again if it was set running with a failed wave',
      facts({ waves: [wave({ state: 'failed' }), wave({ number: 2 })] }),
      ['campaign: paused (gate-failed)'],
    ],
    [
      'is complete when every wave has passed and nobody is at work',
      facts({ waves: [wave({ state: 'passed', tally: done })] }),
      ['campaign: completed'],
    ],
    [
      'says that not all went well',
      facts({ waves: [wave({ state: 'passed', tally: tally({ success: 9, soft: 1 }) })] }),
      ['campaign: completed-with-failures'],
    ],
    [
      'waits for machines that came late',
      facts({
        waves: [wave({ state: 'passed', tally: tally({ success: 9, open: 1, inFlight: 1 }) })],
      }),
      [],
    ],
    [
      'waits for machines that may still join',
      facts({ growsUntil: later(1), waves: [wave({ state: 'passed', tally: done })] }),
      [],
    ],
    [
      'judges what works by what is known when its end comes',
      facts({
        endAt: NOW,
        waves: [
          wave({ state: 'executing', waitUntil: later(9), tally: done }),
          wave({ number: 2 }),
        ],
      }),
      ['wave 1: evaluating', 'wave 1: passed', 'campaign: expired'],
    ],
    [
      'ends a paused campaign when its end comes',
      facts({ state: 'paused', endAt: NOW, waves: [wave({ state: 'failed' })] }),
      ['campaign: expired'],
    ],
    [
      'tells that what was completed has come back',
      facts({
        state: 'completed',
        waves: [wave({ state: 'passed', tally: tally({ success: 9, soft: 1 }) })],
      }),
      ['campaign: completed-with-failures'],
    ],
    [
      'skips a wave that nobody is left in',
      facts({ waves: [wave({ state: 'planned', machines: 0, tally: tally() })] }),
      ['wave 1: skipped', 'campaign: completed-with-failures'],
    ],
  ])('%s', (_, given, expected, now = NOW) => {
    expect(outcome(given, now)).toEqual(expected);
  });
});

/** Tallies that can be: `open` holds what is at work and what waits. */
const tallies = fc
  .record({
    success: fc.nat(12),
    hard: fc.nat(4),
    soft: fc.nat(4),
    leftOut: fc.nat(4),
    inFlight: fc.nat(4),
    pending: fc.nat(4),
    unproven: fc.nat(4),
  })
  .map(({ unproven, ...counts }) =>
    tally({ ...counts, open: counts.inFlight + counts.pending + unproven }),
  );
const moments = fc.option(fc.integer({ min: -5, max: 5 }).map(later));
const anyWave = (number: number) =>
  fc
    .record({
      state: fc.constantFrom(...waveLifeCycle.states),
      tally: tallies,
      waitUntil: moments,
      soakUntil: moments,
    })
    .map((given) => {
      const { success, hard, soft, open, leftOut } = given.tally;
      return wave({ ...given, number, machines: success + hard + soft + open + leftOut });
    });
const anyFacts = fc
  .record({
    state: fc.constantFrom(...campaignLifeCycle.states),
    startAt: moments,
    end: fc.integer({ min: -2, max: 50 }),
    runs: tallies,
    growsUntil: moments,
    waves: fc.tuple(anyWave(1), anyWave(2), anyWave(3)),
  })
  .map(({ end, ...given }) => facts({ ...given, endAt: later(end), machines: 60 }));

describe('whatever the facts are', () => {
  const check = (holds: (given: CampaignFacts) => void) => {
    fc.assert(fc.property(anyFacts, holds), { numRuns: 2000 });
  };

  it('every decision is a move of the life cycle, and none follows once all are carried out', () => {
    check((given) => {
      let current = given;
      for (const decision of decide(given, NOW)) {
        if (decision.type === 'wave') {
          const before = current.waves.find(({ number }) => number === decision.number);
          expect(before?.state).toBe(decision.from);
          expect(waveLifeCycle.allows(decision.from, decision.to)).toBe(true);
        } else {
          expect(current.state).toBe(decision.from);
          expect(campaignLifeCycle.allows(decision.from, decision.to)).toBe(true);
        }
        current = carriedOut(current, decision);
      }
      expect(decide(current, NOW)).toEqual([]);
    });
  });

  it('no wave starts while one before it is not passed or skipped by a person', () => {
    check((given) => {
      let current = given;
      for (const decision of decide(given, NOW)) {
        if (decision.type === 'wave' && decision.to === 'dispatching') {
          const before = current.waves.filter(({ number }) => number < decision.number);
          expect(before.every(({ state }) => state === 'passed' || state === 'skipped')).toBe(true);
        }
        if (decision.type === 'wave' && decision.to === 'skipped') {
          const skipped = current.waves.find(({ number }) => number === decision.number);
          expect(skipped?.machines).toBe(0);
        }
        current = carriedOut(current, decision);
      }
    });
  });

  it('a wave passes only when its gate says so', () => {
    check((given) => {
      for (const decision of decide(given, NOW)) {
        if (decision.type !== 'wave' || decision.to !== 'passed') continue;
        const { machines, tally: counted } = given.waves.find(
          ({ number }) => number === decision.number,
        )!;
        const judged = judgeWave(RULE, {
          ...{ size: machines, tally: counted, waitOver: false, phase: 'evaluating' },
        });
        expect(judged.result).toBe('passed');
      }
    });
  });

  it('nothing starts in a campaign whose budget is passed, and nothing moves in one that is not running', () => {
    check((given) => {
      const decisions = decide(given, NOW);
      const starts = decisions.some(
        (decision) => decision.type === 'wave' && decision.to === 'dispatching',
      );
      if (given.runs.hard > 3 || (given.state !== 'running' && given.state !== 'scheduled')) {
        expect(starts).toBe(false);
      }
      if (campaignLifeCycle.isEnd(given.state)) expect(decisions).toEqual([]);
    });
  });

  it('a failed or undecided wave leaves the campaign paused or ended', () => {
    check((given) => {
      const decisions = decide(given, NOW);
      const end = decisions.reduce(carriedOut, given);
      const open = end.waves.find(({ state }) => state !== 'passed' && state !== 'skipped');
      if (open?.state === 'failed' || open?.state === 'inconclusive') {
        expect(end.state).not.toBe('running');
      }
    });
  });
});
