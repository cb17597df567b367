import { failureLifeCycle } from './failure-life-cycle';
import { ForbiddenMove, type LifeCycle, lifeCycle, move } from './life-cycle';
import { runLifeCycle } from './run';

/** All states that can be reached from `from`, itself included. */
function reachable<S extends string>(cycle: LifeCycle<S>, from: S): Set<S> {
  const seen = new Set([from]);
  for (const state of seen) for (const next of cycle.movesFrom(state)) seen.add(next);
  return seen;
}

describe.each<[string, LifeCycle<string>]>([
  ['run', runLifeCycle],
  ['failure', failureLifeCycle],
])('the life cycle of a %s', (_, cycle) => {
  it('reaches every state, and none moves to itself', () => {
    expect([...reachable(cycle, cycle.start)].sort()).toEqual([...cycle.states].sort());
    expect(cycle.states.filter((state) => cycle.allows(state, state))).toEqual([]);
  });
});

it('a run can end from every state, and nothing follows', () => {
  for (const state of runLifeCycle.states) {
    expect(reachable(runLifeCycle, state).has('ended')).toBe(true);
    expect(runLifeCycle.isEnd(state)).toBe(state === 'ended');
    if (state !== 'ended') expect(runLifeCycle.allows(state, 'ended')).toBe(true);
  }
});

it('a failure is never at its end: it can always come back', () => {
  for (const state of failureLifeCycle.states) {
    expect(reachable(failureLifeCycle, state).has('open')).toBe(true);
  }
});

describe('move', () => {
  const cycle = lifeCycle({ start: 'a', moves: { a: ['b'], b: [] } });

  it('gives the new state, or throws and names both', () => {
    expect(move(cycle, 'a', 'b')).toBe('b');
    expect(() => move(cycle, 'b', 'a')).toThrow(ForbiddenMove);
    expect(() => move(cycle, 'b', 'a')).toThrow('from "b" to "a"');
  });
});
