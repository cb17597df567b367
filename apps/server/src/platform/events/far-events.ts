import type { Transaction } from '../database';
import type { ServerEvents } from './server-events';

/** Who carries events to other servers, as far as {@link REACH} says that somebody there must hear them. */
export interface FarEvents {
  /** Told in a transaction: heard after its commit, and never when it is rolled back. */
  tell<N extends keyof ServerEvents>(
    transaction: Transaction,
    name: N,
    payload: ServerEvents[N],
  ): void;
  /** In no transaction. */
  tellNow<N extends keyof ServerEvents>(name: N, payload: ServerEvents[N]): void;
}
