import type { DataSource, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import type { Events } from '../events';

/** As much of TypeORM's transaction events as is needed. */
interface OfTransaction {
  readonly queryRunner: QueryRunner;
}

/** Tells `events` of each transaction of `dataSource`, so that what is told within one waits for its commit. */
export function bindEvents(dataSource: DataSource, events: Events): void {
  const subscriber: EntitySubscriberInterface = {
    afterTransactionStart: ({ queryRunner }: OfTransaction) => {
      events.began(queryRunner);
    },
    afterTransactionCommit: ({ queryRunner }: OfTransaction) => events.committed(queryRunner),
    afterTransactionRollback: ({ queryRunner }: OfTransaction) => {
      events.rolledBack(queryRunner);
    },
  };
  dataSource.subscribers.push(subscriber);
}
