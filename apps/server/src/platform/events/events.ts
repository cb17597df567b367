import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database';
import { Logger } from '../logging';
import type { FarEvents } from './far-events';
import type { ServerEvents } from './server-events';

type Listener<T> = (payload: T) => void | Promise<void>;

/**
 * What features tell each other. An event that is told in a transaction is heard after its commit, and never when it is
 * rolled back. A listener that fails is logged and stops nobody else. What somebody on another server must hear is
 * carried there, too.
 */
@Injectable()
export class Events {
  private readonly listeners = new Map<keyof ServerEvents, Set<Listener<never>>>();
  private far: FarEvents | undefined;

  constructor(private readonly logger: Logger) {}

  /** Listens until the returned function is called. */
  on<N extends keyof ServerEvents>(name: N, listener: Listener<ServerEvents[N]>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** From now on `far` carries events to other servers. */
  carriedBy(far: FarEvents): void {
    this.far = far;
  }

  /** Tells `name` once `transaction` is committed. */
  tell<N extends keyof ServerEvents>(
    transaction: Transaction,
    name: N,
    payload: ServerEvents[N],
  ): void {
    this.far?.tell(transaction, name, payload);
    transaction.afterCommit(() => {
      this.tellHere(name, payload);
    });
  }

  /** Tells `name` at once: for what is in no transaction. */
  tellNow<N extends keyof ServerEvents>(name: N, payload: ServerEvents[N]): void {
    this.far?.tellNow(name, payload);
    this.tellHere(name, payload);
  }

  /** Tells `name` on this server only: what came from another one, or is about this one. */
  tellHere<N extends keyof ServerEvents>(name: N, payload: ServerEvents[N]): void {
    const listeners = (this.listeners.get(name) ?? []) as Iterable<Listener<ServerEvents[N]>>;
    for (const listener of listeners) void this.hear(name, listener, payload);
  }

  private async hear<N extends keyof ServerEvents>(
    name: N,
    listener: Listener<ServerEvents[N]>,
    payload: ServerEvents[N],
  ): Promise<void> {
    try {
      await listener(payload);
    } catch (error) {
      this.logger.error({ err: error, event: name }, 'a listener failed');
    }
  }
}
