import fc from 'fast-check';
import {
  policyDay,
  policyHarm,
  policyLifeCycle,
  policyMoveProblem,
  policyRoom,
  type PolicyState,
} from './policy';
import { VERDICTS } from './run';

const now = new Date('2026-11-28T12:00:00Z');
const earlier = new Date('2026-11-28T11:00:00Z');
const later = new Date('2026-12-28T12:00:00Z');

describe('a policy', () => {
  it.each<[string, PolicyState, PolicyState, Date | null, Date | null, RegExp | undefined]>([
    ['starts to rehearse', 'off', 'rehearsing', null, null, undefined],
    [
      'is switched on after a rehearsal that somebody saw',
      'rehearsing',
      'on',
      earlier,
      earlier,
      undefined,
    ],
    ['is never switched on without a rehearsal', 'off', 'on', earlier, earlier, /has to rehearse/],
    ['waits for its first pass', 'rehearsing', 'on', null, earlier, /not rehearsed yet/],
    ['is not switched on unseen', 'rehearsing', 'on', earlier, null, /Look at/],
    ['is not switched on for a rehearsal to come', 'rehearsing', 'on', earlier, now, /no such/],
    ['is switched off from on', 'on', 'off', null, null, undefined],
    ['is switched off while it rehearses', 'rehearsing', 'off', null, null, undefined],
    ['is not switched off twice', 'off', 'off', null, null, /off already/],
    ['does not rehearse while it is on', 'on', 'rehearsing', null, null, /Switch it off/],
  ])('%s', (_, state, to, rehearsedAt, seenAt, problem) => {
    const found = policyMoveProblem({ state, rehearsedAt, expiresAt: later }, to, now, seenAt);
    if (problem) expect(found).toMatch(problem);
    else expect(found).toBeUndefined();
  });

  it('does nothing after its last day but end', () => {
    const over = { rehearsedAt: earlier, expiresAt: now };
    expect(policyMoveProblem({ ...over, state: 'off' }, 'rehearsing', now, null)).toMatch(
      /last day/,
    );
    expect(policyMoveProblem({ ...over, state: 'rehearsing' }, 'on', now, earlier)).toMatch(
      /last day/,
    );
    expect(policyMoveProblem({ ...over, state: 'on' }, 'off', now, null)).toBeUndefined();
  });

  it('can be switched off from wherever it does something', () => {
    for (const state of policyLifeCycle.states) {
      expect(state === 'off' || policyLifeCycle.allows(state, 'off')).toBe(true);
    }
  });
});

describe('harm', () => {
  it.each([
    [['step-failed', 'fixed', 'lost', 'fixed', 'new-error'], true],
    [['step-failed', 'fixed', 'lost', 'fixed', 'fixed', 'new-error', 'lost'], false],
    [['same-error', 'same-error', 'same-error', 'same-error', 'same-error'], false],
    [['rolled-back', 'inconsistent', 'lost'], true],
    [[], false],
  ] as const)('of %j stops a policy: %s', (verdicts, stops) => {
    expect(policyHarm(verdicts) !== undefined).toBe(stops);
  });

  it('is never seen in fewer than three runs', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...VERDICTS), { maxLength: 2 }), (verdicts) => {
        expect(policyHarm(verdicts)).toBeUndefined();
      }),
    );
  });
});

describe('the room of a policy', () => {
  const count = fc.nat(1000);
  it('keeps both limits, and is never less than nothing', () => {
    fc.assert(
      fc.property(count, count, count, count, (dailyLimit, begunToday, concurrency, inFlight) => {
        const room = policyRoom({ dailyLimit, begunToday, concurrency, inFlight });
        expect(room).toBeGreaterThanOrEqual(0);
        if (room === 0) return;
        expect(begunToday + room).toBeLessThanOrEqual(dailyLimit);
        expect(inFlight + room).toBeLessThanOrEqual(concurrency);
      }),
    );
  });

  it.each([
    ['2026-11-28T23:59:59.999Z', '2026-11-28'],
    ['2026-11-29T00:00:00.000Z', '2026-11-29'],
    ['2026-11-29T00:30:00.000+02:00', '2026-11-28'],
  ])('counts by days in UTC: %s is %s', (at, day) => {
    expect(policyDay(new Date(at))).toBe(day);
  });
});
