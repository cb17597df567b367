import type { RunEventReport } from '@fleetmend/client-protocol';
import { type RunState, runLifeCycle } from '@fleetmend/domain';
import fc from 'fast-check';
import { isAhead, RunProgress, type RunStanding } from './run-progress';

const CREATED = new Date('2026-11-21T12:00:00Z');
const NOW = new Date('2026-11-21T13:00:00Z');

function standing(more: Partial<RunStanding> = {}): RunStanding {
  return {
    ...{ state: 'leased', verdict: null, level: null, verdictCode: null, verdictByMachine: false },
    ...{ message: null, lastSequence: -1, createdAt: CREATED, endedAt: null },
    ...more,
  };
}

function event(sequence: number, what: object): RunEventReport {
  return {
    ...{ id: '', kind: 'run-event', runId: '', sequence, message: 'words' },
    createdAt: '2026-11-21T12:30:00Z',
    ...what,
  } as RunEventReport;
}

const to = (sequence: number, state: RunState) => event(sequence, { event: 'state', state });
const verdict = (sequence: number, name: string) =>
  event(sequence, { event: 'verdict', verdict: name });

function follow(from: RunStanding, ...events: readonly RunEventReport[]): RunProgress {
  const progress = new RunProgress(from, NOW);
  for (const each of events) progress.take(each);
  return progress;
}

describe('RunProgress', () => {
  it('follows a run to its verdict, and writes each move down', () => {
    const progress = follow(
      standing(),
      ...[to(0, 'preflight'), to(1, 'snapshot'), to(2, 'acting'), to(3, 'verifying')],
      verdict(4, 'fixed'),
    );
    expect(progress.current).toMatchObject({ state: 'ended', verdict: 'fixed', message: 'words' });
    expect(progress.moves.map(({ from, to: next }) => `${from} ${next}`)).toEqual([
      'leased preflight',
      'preflight snapshot',
      'snapshot acting',
      'acting verifying',
      'verifying ended',
    ]);
  });

  it('goes on where something is missing, and never back', () => {
    const progress = follow(standing(), to(5, 'verifying'), to(6, 'preflight'), to(2, 'acting'));
    expect(progress.current).toMatchObject({ state: 'verifying', lastSequence: 6 });
  });

  it('goes between acting and rebooting as often as the machine restarts, but not by an old event', () => {
    const progress = follow(
      standing(),
      to(0, 'acting'),
      to(1, 'rebooting'),
      to(2, 'acting'),
      to(1, 'rebooting'),
    );
    expect(progress.current.state).toBe('acting');
  });

  it('keeps the first verdict of the machine', () => {
    const progress = follow(
      standing(),
      verdict(3, 'step-failed'),
      verdict(4, 'fixed'),
      to(5, 'acting'),
    );
    expect(progress.current).toMatchObject({ state: 'ended', verdict: 'step-failed' });
  });

  it.each(['lost', 'expired'] as const)(
    'lets the machine correct "%s", however late',
    (concluded) => {
      const before = standing({ state: 'ended', verdict: concluded, endedAt: NOW });
      const progress = follow(before, to(3, 'acting'), verdict(7, 'fixed'));
      expect(progress.current).toMatchObject({
        state: 'ended',
        verdict: 'fixed',
        verdictByMachine: true,
      });
    },
  );

  it('does not let anything follow a cancelled run', () => {
    const before = standing({ state: 'ended', verdict: 'cancelled', endedAt: NOW });
    expect(follow(before, verdict(0, 'fixed')).current.verdict).toBe('cancelled');
  });

  it('ends a refused order as skipped, with the reason, but not a run that has begun', () => {
    const refused = event(0, { event: 'refused', reason: 'unknown-playbook-version' });
    expect(follow(standing(), refused).current).toMatchObject({
      ...{ state: 'ended', verdict: 'skipped', message: 'unknown-playbook-version: words' },
    });
    expect(follow(standing({ state: 'acting', lastSequence: 8 }), refused).current.state).toBe(
      'acting',
    );
  });

  it('does not believe times before the order or in the future', () => {
    const early = { ...verdict(0, 'fixed'), createdAt: '1999-01-01T00:00:00Z' };
    const late = { ...verdict(0, 'fixed'), createdAt: '2099-01-01T00:00:00Z' };
    expect(follow(standing(), early).current.endedAt).toEqual(CREATED);
    expect(follow(standing(), late).current.endedAt).toEqual(NOW);
  });

  it('only makes moves that lie ahead, whatever it is told', () => {
    const states = fc.constantFrom(
      ...runLifeCycle.states.filter((state) => state !== 'queued' && state !== 'ended'),
    );
    const told = fc.array(fc.tuple(fc.nat({ max: 9 }), states), { maxLength: 20 });
    fc.assert(
      fc.property(told, (events) => {
        const progress = follow(
          standing(),
          ...events.map(([sequence, state]) => to(sequence, state)),
        );
        for (const move of progress.moves) {
          expect(move.from !== null && isAhead(move.from, move.to)).toBe(true);
        }
      }),
    );
  });
});
