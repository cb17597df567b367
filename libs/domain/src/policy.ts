import { outcomeOf } from './campaigns';
import { type LifeCycle, lifeCycle } from './life-cycle';
import type { Verdict } from './run';

/**
 * How a standing policy stands. `rehearsing`: it writes down what it would do, and does nothing. Only from there it can
 * be switched on; whatever changes what it does puts it back to `off`.
 */
export const POLICY_STATES = ['off', 'rehearsing', 'on'] as const;
export type PolicyState = (typeof POLICY_STATES)[number];

export const policyLifeCycle: LifeCycle<PolicyState> = lifeCycle({
  start: 'off',
  moves: { off: ['rehearsing'], rehearsing: ['off', 'on'], on: ['off'] },
});

/** What decides whether a policy may move. */
export interface PolicyStanding {
  readonly state: PolicyState;
  /** When it last rehearsed as it is now; null = not yet. */
  readonly rehearsedAt: Date | null;
  readonly expiresAt: Date;
}

/** Why a policy can't move to `to` now, for people; nothing when it can. `seenAt` is the rehearsal that was looked at. */
export function policyMoveProblem(
  standing: PolicyStanding,
  to: PolicyState,
  now: Date,
  seenAt: Date | null,
): string | undefined {
  const { state, rehearsedAt, expiresAt } = standing;
  if (!policyLifeCycle.allows(state, to)) {
    if (to === state) return `It is ${state} already.`;
    if (to === 'on') return 'It has to rehearse before it can be switched on.';
    return 'Switch it off before it rehearses again.';
  }
  if (to === 'off') return undefined;
  if (expiresAt <= now) return 'Its last day is over. Set a later one first.';
  if (to !== 'on') return undefined;
  if (rehearsedAt === null) return 'It has not rehearsed yet. Wait for its first pass.';
  if (seenAt === null) return 'Look at what it would do before you switch it on.';
  if (seenAt.getTime() > rehearsedAt.getTime()) return 'There is no such rehearsal.';
  return undefined;
}

/** Of so many runs that ended last … */
export const POLICY_WATCHED_RUNS = 5;
/** … so many hard errors switch a policy off by themselves. */
export const POLICY_HARD_ERRORS = 3;

/** Why a policy must stop by itself, from the verdicts of its newest runs, the newest first; nothing when it may go on. */
export function policyHarm(newest: readonly Verdict[]): string | undefined {
  const watched = newest.slice(0, POLICY_WATCHED_RUNS);
  const hard = watched.filter(
    (verdict) => outcomeOf({ verdict, proven: [] }, 'L0') === 'hard',
  ).length;
  if (hard < POLICY_HARD_ERRORS) return undefined;
  return `${hard} of its last ${watched.length} runs ended with a hard error.`;
}

/** The day whose limit a moment counts towards: `2026-11-28`, in UTC, the same for all servers and machines. */
export function policyDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** How many more machines a policy may begin with now. */
export function policyRoom(counts: {
  readonly dailyLimit: number;
  readonly begunToday: number;
  readonly concurrency: number;
  readonly inFlight: number;
}): number {
  const { dailyLimit, begunToday, concurrency, inFlight } = counts;
  return Math.max(0, Math.min(dailyLimit - begunToday, concurrency - inFlight));
}
