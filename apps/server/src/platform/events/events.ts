import { Injectable } from '@nestjs/common';
import { Logger } from '../logging';
import type { ServerEvents } from './server-events';

type Listener<T> = (payload: T) => void | Promise<void>;

/** As much of TypeORM's EntityManager as events need: a manager without a query runner is in no transaction. */
export interface InTransaction {
  readonly queryRunner?: object | undefined;
}

interface Told {
  readonly name: keyof ServerEvents;
  readonly payload: unknown;
}

/**
 * What features tell each other. An event that is told with a manager is heard after the commit of its transaction,
 * and never when that is rolled back. A listener that throws is logged and stops nobody else.
 */
@Injectable()
export class Events {
  private readonly listeners = new Map<keyof ServerEvents, Set<Listener<unknown>>>();
  /** For each open transaction one list per nesting level. */
  private readonly waiting = new WeakMap<object, Told[][]>();

  constructor(private readonly logger: Logger) {}

  /** Listens until the returned function is called. */
  on<N extends keyof ServerEvents>(name: N, listener: Listener<ServerEvents[N]>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener as Listener<unknown>);
    return () => listeners.delete(listener as Listener<unknown>);
  }

  /** Tells `name` after the commit of `manager`'s transaction; at once when there is none. */
  tell<N extends keyof ServerEvents>(
    manager: InTransaction,
    name: N,
    payload: ServerEvents[N],
  ): void {
    const told: Told = { name, payload };
    const level = manager.queryRunner && this.waiting.get(manager.queryRunner)?.at(-1);
    if (level) level.push(told);
    else void this.hear([told]);
  }

  /** A transaction, or a savepoint within one, began. */
  began(queryRunner: object): void {
    const levels = this.waiting.get(queryRunner) ?? [];
    levels.push([]);
    this.waiting.set(queryRunner, levels);
  }

  /** The innermost one was committed: at the outermost level this is when listeners hear, and are awaited. */
  async committed(queryRunner: object): Promise<void> {
    const levels = this.waiting.get(queryRunner) ?? [];
    const told = levels.pop() ?? [];
    const outer = levels.at(-1);
    if (outer) outer.push(...told);
    else await this.hear(told);
  }

  /** The innermost one was rolled back: what it told never happened. */
  rolledBack(queryRunner: object): void {
    this.waiting.get(queryRunner)?.pop();
  }

  private async hear(told: readonly Told[]): Promise<void> {
    for (const { name, payload } of told) {
      for (const listener of this.listeners.get(name) ?? []) {
        try {
          await listener(payload);
        } catch (error) {
          this.logger.error({ err: error, event: name }, 'a listener failed');
        }
      }
    }
  }
}
