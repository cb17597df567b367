import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Queryable } from './database';
import { DatabaseUnavailable } from './database-unavailable';
import { sqlState } from './sql';

/** How long to wait before connecting anew, in ms: at first, and at most. */
const FIRST_RETRY = 200;
const LONGEST_RETRY = 5_000;
/** A statement that takes longer means that the connection is dead, in ms: nobody answers on it any more. */
const PATIENCE = 10_000;
/** How long a goodbye may take, in ms. */
const GOODBYE = 2_000;

export interface ListenerOptions {
  readonly channels: readonly string[];
  /** Told of each notification, in the order of the commits. */
  readonly heard: (channel: string, payload: string) => void;
  /** Called with each connection that is new, listening already; when it throws, another one is made. */
  readonly opened: (connection: Queryable) => Promise<void>;
  /** Told why the connection was lost, or can't be made. */
  readonly lost: (error: unknown) => void;
}

/**
 * Hears what PostgreSQL notifies, on a connection of its own, which is made anew for as long as it takes. What was told
 * while there was none is not heard: {@link ListenerOptions.opened} is the place to catch up.
 */
export class Listener implements Queryable {
  private client: Client | undefined;
  private readonly over = new AbortController();
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly options: ListenerOptions,
  ) {}

  /** Opens it for the first time. From then on it comes back by itself. @throws {DatabaseUnavailable} */
  async open(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DatabaseUnavailable(`The database can't be listened to: ${reason}`, {
        cause: error,
      });
    }
  }

  /** Fails while there is no connection. A statement that isn't answered in time ends the connection. */
  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { client } = this;
    if (!client) throw new Error('Connection terminated: it is being made anew.');
    try {
      return await ask<Row>(client, sql, parameters);
    } catch (error) {
      if (sqlState(error) === undefined) this.drop(client, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.over.abort();
    await this.connecting;
    const { client } = this;
    this.client = undefined;
    // One that is dead already would let us wait for good.
    if (client) await Promise.race([client.end(), delay(GOODBYE, undefined, { ref: false })]);
  }

  private async connect(): Promise<void> {
    this.over.signal.throwIfAborted();
    const client = new Client({
      connectionString: this.url,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      keepAlive: true,
      application_name: 'fleetmend-listener',
    });
    const ended = new AbortController();
    const failed = (error: Error) => {
      ended.abort(error);
      this.drop(client, error);
    };
    client.on('error', failed);
    client.on('end', () => {
      failed(new Error('Connection terminated.'));
    });
    client.on('notification', ({ channel, payload = '' }) => {
      this.options.heard(channel, payload);
    });
    try {
      await client.connect();
      for (const channel of this.options.channels) await client.query(`LISTEN ${channel}`);
      await this.options.opened({
        query: (sql, parameters) => ask(client, sql, parameters ?? []),
      });
      // It may have ended in between.
      ended.signal.throwIfAborted();
      this.client = client;
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
  }

  private drop(client: Client, error: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.end().catch(() => undefined);
    if (this.over.signal.aborted) return;
    this.lost(error);
    this.connecting = this.reconnect();
  }

  private lost(error: unknown): void {
    if (!this.over.signal.aborted) this.options.lost(error);
  }

  private async reconnect(): Promise<void> {
    const { signal } = this.over;
    for (let wait = FIRST_RETRY; !signal.aborted; wait = Math.min(2 * wait, LONGEST_RETRY)) {
      // Not all nodes at once.
      await delay(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      try {
        await this.connect();
        return;
      } catch (error) {
        this.lost(error);
      }
    }
  }
}

async function ask<Row extends object>(
  client: Client,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await client.query<Row>(sql, [...parameters]);
  return rows;
}
