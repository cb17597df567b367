import type { Database, Transaction } from '../src/platform/database';
import { ServerDied } from './server-died';

/** A way to the database for one server of a test, that can be told to die in its next transactions. */
export class MortalDatabase {
  /** How it died last. */
  death: ServerDied | undefined;
  private left: number | null = null;
  private isLast = false;

  constructor(private readonly real: () => Database) {}

  /**
   * The server dies at its so many-th statement from now on that is in a transaction. One whose transaction ends before
   * that, with `orAfter`, dies when it is committed, and tells nobody.
   */
  dieAt(statement: number, orAfter: boolean): void {
    this.death = undefined;
    this.left = statement;
    this.isLast = orAfter;
  }

  /** It lives on. */
  spare(): void {
    this.left = null;
  }

  get database(): Database {
    const real = this.real();
    const mortal = Object.create(real) as Database;
    mortal.inTransaction = <T>(work: (transaction: Transaction) => Promise<T>) =>
      this.run(real, work);
    return mortal;
  }

  private async run<T>(real: Database, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const result = await real.inTransaction((transaction) => work(this.watched(transaction)));
    if (this.left === null || !this.isLast) return result;
    throw this.die(true);
  }

  private die(isWritten: boolean): ServerDied {
    this.left = null;
    this.death = new ServerDied(isWritten);
    return this.death;
  }

  private watched(transaction: Transaction): Transaction {
    const callbacks: (() => void)[] = [];
    transaction.afterCommit(() => {
      if (this.left !== null && this.isLast) return;
      for (const callback of callbacks) callback();
    });
    return {
      query: (sql, parameters) => {
        if (this.left !== null && --this.left <= 0) {
          return Promise.reject(this.die(false));
        }
        return transaction.query(sql, parameters);
      },
      afterCommit: (callback) => callbacks.push(callback),
      beforeCommit: (callback) => {
        transaction.beforeCommit(callback);
      },
    };
  }
}
