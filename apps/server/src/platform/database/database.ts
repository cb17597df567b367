import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { applyMigrations, type DataSourceOptions, openDataSource, poolOf } from './data-source';
import { Listener, type ListenerOptions } from './listener';
import { sqlState } from './sql';

/** Something that answers SQL: the database itself, or a transaction. */
export interface Queryable {
  /**
   * The rows that `sql` answers with, `RETURNING` included. `parameters` are `$1`, `$2`…; in rows, timestamps are Date,
   * bigint is text, jsonb is parsed.
   */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/**
 * A transaction that is open. Whoever writes takes one as its argument, so that nobody writes outside by mistake.
 * Statements that don't need each other's answers may be sent without waiting: PostgreSQL does them in the order in
 * which they were sent.
 */
export interface Transaction extends Queryable {
  /** Runs `callback` once the commit is certain; never after a rollback. Its errors are logged, not thrown. */
  afterCommit(callback: () => void): void;
  /** Runs `callback` when the work is done, just before the commit; what it sends belongs to the transaction. */
  beforeCommit(callback: () => Promise<unknown>): void;
}

/** serialization_failure, deadlock_detected: the same work is worth another try. */
const WORTH_ANOTHER_TRY = new Set(['40001', '40P01']);
const TRIES = 4;

class OpenTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  readonly lastWords: (() => Promise<unknown>)[] = [];
  private over = false;
  constructor(private readonly client: PoolClient) {}

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    if (this.over) throw new Error('This transaction is over.');
    // A transaction does the same statements over and over: PostgreSQL reads and plans each once per connection.
    const name = nameOf(sql);
    const { rows } = await this.client.query<Row>({
      ...(name !== undefined && { name }),
      ...{ text: sql, values: [...parameters] },
    });
    return rows;
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  beforeCommit(callback: () => Promise<unknown>): void {
    this.lastWords.push(callback);
  }

  /** From now on nothing can be sent any more: the connection is somebody else's. */
  end(): void {
    this.over = true;
  }
}

const names = new Map<string, string>();
/** So many statements are kept prepared on a connection; SQL that is put together from parts could be without end. */
const NAMES_LIMIT = 200;

function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= NAMES_LIMIT) return known;
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 20);
  names.set(sql, name);
  return name;
}

/** The one way to PostgreSQL, be it the embedded one or a server of its own. */
export class Database implements Queryable {
  private readonly pool: Pool;
  private readonly goodbyes: (() => Promise<void>)[] = [];

  private constructor(
    private readonly source: DataSource,
    private readonly url: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.pool = poolOf(source);
  }

  /** Connects; throws `DatabaseUnavailable` with a message for the operator. */
  static async open(options: DataSourceOptions): Promise<Database> {
    return new Database(await openDataSource(options), options.url, options.onError);
  }

  /** Brings the schema up to date; waits while another server does the same. Answers the names of what was done. */
  migrate(): Promise<string[]> {
    return applyMigrations(this.source);
  }

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>(sql, [...parameters]);
    return rows;
  }

  /**
   * Does `work` in one transaction: all of it is written, or nothing. After a deadlock `work` is done again from its
   * start, so it must do nothing outside; that is what {@link Transaction.afterCommit} is for.
   */
  async inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tryTransaction(work);
      } catch (error) {
        if (attempt >= TRIES || !WORTH_ANOTHER_TRY.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async tryTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    client.on('error', this.onError);
    const transaction = new OpenTransaction(client);
    let result: T;
    let broken = false;
    try {
      // Not waited for: the first statement of `work` goes with it. When one fails, so does the other.
      const begun = client.query('BEGIN');
      const working = work(transaction);
      [result] = await Promise.all([working, begun]);
      const lastWords = transaction.lastWords.map((say) => say());
      transaction.end();
      const [{ command }] = await Promise.all([client.query('COMMIT'), ...lastWords]);
      // PostgreSQL takes back what it can't commit, and calls that an answer.
      if (command !== 'COMMIT') throw new Error('A statement failed, so nothing was written.');
    } catch (error) {
      transaction.end();
      await client.query('ROLLBACK').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.off('error', this.onError);
      client.release(broken);
    }
    for (const callback of transaction.callbacks) {
      try {
        callback();
      } catch (error) {
        this.onError(error);
      }
    }
    return result;
  }

  /** Whether it answers. */
  async isReachable(): Promise<boolean> {
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  /** A connection of its own on which notifications are heard, beside the others; not opened yet. */
  listener(options: ListenerOptions): Listener {
    return new Listener(this.url, options);
  }

  /** Does `goodbye` before the connections are closed, the last one that was added first; its errors are only logged. */
  beforeClose(goodbye: () => Promise<void>): void {
    this.goodbyes.push(goodbye);
  }

  async close(): Promise<void> {
    for (const goodbye of this.goodbyes.splice(0).reverse()) await goodbye().catch(this.onError);
    if (this.source.isInitialized) await this.source.destroy();
  }
}
