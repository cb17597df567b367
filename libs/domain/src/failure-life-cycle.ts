import type { Failure, UpdateIdentity, UpdateKind } from './failure';
import { type LifeCycle, lifeCycle } from './life-cycle';

/**
 * How a failure of a machine stands. `closed`: the same update worked later. `superseded`: a newer update took its
 * place, so that it can't fail any more. A failure that comes back is open again.
 */
export const FAILURE_STATES = ['open', 'closed', 'superseded'] as const;
export type FailureState = (typeof FAILURE_STATES)[number];

export const failureLifeCycle: LifeCycle<FailureState> = lifeCycle({
  start: 'open',
  moves: {
    open: ['closed', 'superseded'],
    closed: ['open'],
    superseded: ['open'],
  },
});

/** An update, or a scan, that worked. */
export interface Success {
  readonly phase: 'scan' | 'download' | 'install';
  readonly update: UpdateIdentity;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
}

/** Whether a kind of update says something about the health of Windows Update; Store apps and definitions don't. */
export function countsForHealth(kind: UpdateKind): boolean {
  return kind === 'windows' || kind === 'driver' || kind === 'feature';
}

/**
 * Whether `success` closes `failure`: it came later, it is about the same update, and it got at least as far. A scan
 * that works closes failed scans and nothing else; a download closes failed downloads; an installation closes all of
 * its update.
 */
export function closesFailure(
  success: Success,
  failure: Pick<Failure, 'phase' | 'update' | 'occurredAt'>,
): boolean {
  if (!(Date.parse(success.occurredAt) > Date.parse(failure.occurredAt))) return false;
  if (success.phase === 'scan' || failure.phase === 'scan') return success.phase === failure.phase;
  if (success.phase === 'download' && failure.phase !== 'download') return false;
  return isSameUpdate(success.update, failure.update);
}

/**
 * Whether `later` is the update `earlier`, in the same or a later revision. By id where both have one and they agree,
 * else by KB: a KB that is offered anew has a new id.
 */
export function isSameUpdate(later: UpdateIdentity, earlier: UpdateIdentity): boolean {
  if (later.id !== undefined && later.id.toLowerCase() === earlier.id?.toLowerCase()) {
    if (later.revision === undefined || earlier.revision === undefined) return true;
    return later.revision >= earlier.revision;
  }
  return later.kb !== undefined && later.kb.toUpperCase() === earlier.kb?.toUpperCase();
}
