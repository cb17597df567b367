import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** What repositories write with: everything done with the same one is committed, or rolled back, together. */
export type Transaction = EntityManager;

/** Where a transaction begins and ends. Events that are told within it are heard after its commit. */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /** Does `work` in one transaction; commits when it ends, rolls back when it throws, and then throws the same. */
  run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** For reading, and for single statements: each is its own transaction. */
  get none(): Transaction {
    return this.dataSource.manager;
  }
}
