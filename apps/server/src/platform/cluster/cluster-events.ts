import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Queryable, type Transaction } from '../database';
import { Events, type FarEvents, REACH, type ServerEvents } from '../events';
import { Logger } from '../logging';
import { type ClusterMessage, fromNotification, toNotifications } from './cluster-messages';
import { ClusterNode, EVENTS_CHANNEL } from './cluster-node';
import { PendingEvents } from './pending-events';

/** How long what can wait is gathered, in ms, and how long to wait before another try. */
const GATHERING = 100;
const RETRY = 1_000;

/**
 * Carries events to the other servers and brings theirs, by PostgreSQL's NOTIFY. While there are no others, nothing is
 * sent. Transactions that notify are committed one after the other in the whole database: so what may be told a moment
 * later is gathered and told by itself.
 */
@Injectable()
export class ClusterEvents implements FarEvents, OnModuleInit {
  private readonly untold = new WeakMap<object, ClusterMessage[]>();
  private readonly pending = new PendingEvents();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;

  constructor(
    private readonly node: ClusterNode,
    private readonly database: Database,
    private readonly events: Events,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.carriedBy(this);
    this.node.onMessage((text) => {
      const message = fromNotification(text);
      if (message && message.from !== this.node.id) {
        this.events.tellHere(message.name, message.payload);
      }
    });
    this.database.beforeClose(() => this.end());
  }

  tell<N extends keyof ServerEvents>(
    transaction: Transaction,
    name: N,
    payload: ServerEvents[N],
  ): void {
    if (REACH[name] === 'gathered') {
      transaction.afterCommit(() => {
        this.gather({ name, payload });
      });
    }
    if (REACH[name] !== 'committed') return;
    const known = this.untold.get(transaction);
    const messages = known ?? [];
    messages.push({ name, payload });
    if (known) return;
    this.untold.set(transaction, messages);
    transaction.beforeCommit(() => this.send(transaction, messages));
  }

  tellNow<N extends keyof ServerEvents>(name: N, payload: ServerEvents[N]): void {
    if (REACH[name] === 'gathered') this.gather({ name, payload });
    if (REACH[name] !== 'committed') return;
    this.send(this.database, [{ name, payload }]).catch((error: unknown) => {
      this.logger.warn({ err: error, event: name }, 'an event did not reach the other servers');
    });
  }

  /** Resolves when everything gathered so far is told. */
  async settled(): Promise<void> {
    if (!this.telling && this.timer) this.flush();
    await this.telling;
  }

  private gather(message: ClusterMessage): void {
    if (!this.node.hasOthers) return;
    this.pending.add(message);
    this.soon(GATHERING);
  }

  private soon(wait: number): void {
    if (this.timer || this.telling || this.pending.isEmpty) return;
    this.timer = setTimeout(() => {
      this.flush();
    }, wait);
    this.timer.unref();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    let wait = GATHERING;
    this.telling = this.send(this.database, this.pending.take())
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'changes did not reach the other servers yet');
        this.pending.overflow();
        wait = RETRY;
      })
      .finally(() => {
        this.telling = undefined;
        this.soon(wait);
      });
  }

  private async send(connection: Queryable, messages: readonly ClusterMessage[]): Promise<void> {
    if (!this.node.hasOthers) return;
    const texts = messages.flatMap((message) => toNotifications(this.node.id, message));
    if (texts.length === 0) return;
    await connection.query(
      `SELECT pg_notify('${EVENTS_CHANNEL}', text) FROM unnest($1::text[]) AS texts (text)`,
      [texts],
    );
  }

  private async end(): Promise<void> {
    await this.telling;
    clearTimeout(this.timer);
    if (!this.pending.isEmpty) await this.send(this.database, this.pending.take());
  }
}
