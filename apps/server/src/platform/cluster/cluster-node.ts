import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { VERSION } from '../config';
import type { Database, Listener, Queryable, Transaction } from '../database';
import type { Events } from '../events';
import type { Logger } from '../logging';
import { type NewNode, type NodeRow, NodesRepository } from './nodes.repository';

/** So many heartbeats fit into a lease. */
const BEATS = 4;
/** Who has just come, or come back, catches up once more after so many heartbeats: by then all others know of it. */
const SETTLED_AFTER = 2;
/** Told whenever a node comes or goes; the payload is its id. */
const NODES_CHANNEL = 'fleetmend_nodes';
/** What nodes tell each other. */
export const EVENTS_CHANNEL = 'fleetmend_events';

/** What a node needs to join. */
export interface NodeOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly events: Events;
  readonly logger: Logger;
  /** How people call it; need not be unique. */
  readonly name: string;
  /** A node that was silent for longer counts as gone. */
  readonly leaseSeconds: number;
}

/**
 * This server among all that work on the database. It hears the others and says that it lives over one and the same
 * connection, so that a node with a lease is a node that hears.
 */
export class ClusterNode {
  readonly id = randomUUID();
  private readonly nodes = new NodesRepository();
  private readonly listener: Listener;
  private readonly entry: NewNode;
  private others: readonly NodeRow[] = [];
  private tellMessage: ((payload: string) => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;
  private left = false;
  /** Since when no heartbeat was missing, and when the last one was, in ms of a clock that only goes forward. */
  private steadySince = 0;
  private lastBeat = 0;
  /** Heartbeats until it is certain that all others know of this node. */
  private unsettled = 0;
  /** Whether its own announcement has come back. */
  private hearsItself = false;
  private started = false;

  private constructor(private readonly options: NodeOptions) {
    const { clock, database, logger, name } = options;
    this.entry = { id: this.id, name, version: VERSION, startedAt: clock.now() };
    this.listener = database.listener({
      channels: [NODES_CHANNEL, EVENTS_CHANNEL],
      heard: (channel, payload) => {
        this.heard(channel, payload);
      },
      opened: (connection) => this.enter(connection),
      lost: (error) => {
        logger.warn({ err: error }, 'the connection to the other servers is lost; trying again');
      },
    });
  }

  /** Enters the server; it leaves when the database is closed. */
  static async join(options: NodeOptions): Promise<ClusterNode> {
    const node = new ClusterNode(options);
    await node.listener.open();
    node.started = true;
    options.database.beforeClose(() => node.leave());
    node.waitForBeat();
    return node;
  }

  /** Whether other servers are entered, dead ones included that nobody has cleared away. */
  get hasOthers(): boolean {
    return this.others.length > 0;
  }

  /** Who is told what the others say: one at most. */
  onMessage(tell: (payload: string) => void): void {
    this.tellMessage = tell;
  }

  /** Whether `id` is a server that isn't known to be gone. */
  isOther(id: string): boolean {
    return this.others.some((other) => other.id === id);
  }

  /**
   * The nodes that are gone, locked: whoever asks clears away what they left, and {@link forget}s them in the same
   * transaction. A node judges others by their silence only when its own heart has not missed a beat for a whole lease:
   * after the database was away, all of them were silent.
   */
  async lost(transaction: Transaction): Promise<readonly NodeRow[]> {
    if (performance.now() - this.steadySince < this.lease) return [];
    return this.nodes.silent(transaction, this.leaseBegin());
  }

  /** The same at this node's start: those too whose connection to the database is over. */
  lostBeforeStart(transaction: Transaction): Promise<readonly NodeRow[]> {
    return this.nodes.unheld(transaction);
  }

  /** They are cleared away; the others hear of it. */
  async forget(transaction: Transaction, nodes: readonly NodeRow[]): Promise<void> {
    await this.nodes.remove(
      transaction,
      nodes.map(({ id }) => id),
    );
    await announce(transaction, this.id);
    for (const { name, heartbeatAt } of nodes) {
      this.options.logger.warn({ node: name, heartbeatAt }, 'a server is gone without a goodbye');
    }
  }

  /** Says that it lives, and looks who else does. */
  beat(): Promise<void> {
    this.beating ??= this.tryBeat().finally(() => {
      this.beating = undefined;
    });
    return this.beating;
  }

  private get lease(): number {
    return this.options.leaseSeconds * 1000;
  }

  private leaseBegin(): Date {
    return new Date(this.options.clock.now().getTime() - this.lease);
  }

  private async leave(): Promise<void> {
    this.left = true;
    clearTimeout(this.timer);
    await this.beating;
    // First the connection, which may just be coming back and enter this node again.
    await this.listener.close();
    await this.nodes.remove(this.options.database, [this.id]);
    await announce(this.options.database, this.id);
  }

  private waitForBeat(): void {
    if (this.left) return;
    this.timer = setTimeout(() => {
      void this.beat().then(() => {
        this.waitForBeat();
      });
    }, this.lease / BEATS);
    this.timer.unref();
  }

  private async tryBeat(): Promise<void> {
    try {
      if (await this.nodes.renew(this.listener, this.id, this.options.clock.now())) {
        await this.look(this.listener);
      } else {
        this.options.logger.warn({}, 'the other servers took this one for gone; it is back');
        await this.enter(this.listener);
      }
    } catch (error) {
      this.options.logger.debug({ err: error }, 'no heartbeat');
      return;
    }
    const now = performance.now();
    if (now - this.lastBeat > this.lease / 2) this.steadySince = now;
    this.lastBeat = now;
    if (this.unsettled > 0 && --this.unsettled === 0) this.settled();
    const since = this.leaseBegin();
    if (this.others.some(({ heartbeatAt }) => heartbeatAt < since)) {
      this.options.events.tellHere('nodes-silent', {});
    }
  }

  /** Enters this node on a new connection, or anew. Whatever was told meanwhile was not heard. */
  private async enter(connection: Queryable): Promise<void> {
    await this.nodes.enter(connection, this.entry, this.options.clock.now());
    this.hearsItself = false;
    await announce(connection, this.id);
    await this.look(connection);
    this.lastBeat = this.steadySince = performance.now();
    this.unsettled = SETTLED_AFTER;
    if (this.started) this.missed();
  }

  private async look(connection: Queryable): Promise<void> {
    const before = this.others;
    this.others = (await this.nodes.all(connection)).filter(({ id }) => id !== this.id);
    const { events, logger } = this.options;
    for (const { id, name } of this.others) {
      if (!before.some((other) => other.id === id)) logger.info({ node: name }, 'works with');
    }
    const gone = before.filter(({ id }) => !this.isOther(id));
    for (const { name } of gone) logger.info({ node: name }, 'works no more with');
    // What they changed last they may not have told.
    if (gone.length > 0) events.tellHere('everything-changed', {});
  }

  private settled(): void {
    if (!this.hearsItself) {
      const message =
        'PostgreSQL’s notifications do not arrive: this server needs a direct connection, or a pooler in session mode';
      this.options.logger.error({}, message);
    }
    if (this.hasOthers) this.missed();
  }

  private missed(): void {
    this.options.events.tellHere('events-missed', {});
  }

  private heard(channel: string, payload: string): void {
    if (channel === EVENTS_CHANNEL) this.tellMessage?.(payload);
    else if (payload === this.id) this.hearsItself = true;
    else if (this.started && !this.left) void this.beat();
  }
}

async function announce(connection: Queryable, id: string): Promise<void> {
  await connection.query('SELECT pg_notify($1, $2)', [NODES_CHANNEL, id]);
}
