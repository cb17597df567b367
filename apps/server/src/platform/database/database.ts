import type { DataSource, QueryRunner } from 'typeorm';
import { applyMigrations, type DataSourceOptions, openDataSource } from './data-source';
import { sqlState } from './sql';

/** Something that answers SQL: the database itself, or a transaction. */
export interface Queryable {
  /**
   * The rows that `sql` answers with, `RETURNING` included. `parameters` are `$1`, `$2`…; in rows, timestamps are Date,
   * bigint is text, jsonb is parsed.
   */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction that is open. Whoever writes takes one as its argument, so that nobody writes outside by mistake. */
export interface Transaction extends Queryable {
  /** Runs `callback` once the commit is certain; never after a rollback. Its errors are logged, not thrown. */
  afterCommit(callback: () => void): void;
}

/** serialization_failure, deadlock_detected: the same work is worth another try. */
const WORTH_ANOTHER_TRY = new Set(['40001', '40P01']);
const TRIES = 4;

class OpenTransaction implements Transaction {
  readonly callbacks: (() => void)[] = [];
  constructor(private readonly runner: QueryRunner) {}

  query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return ask<Row>(this.runner, sql, parameters);
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }
}

async function ask<Row extends object>(
  runner: QueryRunner,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const result = await runner.query(sql, [...parameters], true);
  return result.records as Row[];
}

/** The one way to PostgreSQL, be it the embedded one or a server of its own. */
export class Database implements Queryable {
  private constructor(
    private readonly source: DataSource,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Connects; throws `DatabaseUnavailable` with a message for the operator. */
  static async open(options: DataSourceOptions): Promise<Database> {
    return new Database(await openDataSource(options), options.onError);
  }

  /** Brings the schema up to date; waits while another server does the same. Answers the names of what was done. */
  migrate(): Promise<string[]> {
    return applyMigrations(this.source);
  }

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const runner = this.source.createQueryRunner();
    try {
      return await ask<Row>(runner, sql, parameters);
    } finally {
      await runner.release();
    }
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
    const runner = this.source.createQueryRunner();
    const transaction = new OpenTransaction(runner);
    let result: T;
    try {
      await runner.startTransaction();
      result = await work(transaction);
      await runner.commitTransaction();
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(this.onError);
      throw error;
    } finally {
      await runner.release();
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

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
