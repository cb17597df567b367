import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../database';
import type { JobResult } from './job';

/** The first half of the advisory lock of each job; the second is the hash of its id. */
const JOB_LOCKS = 0x666d_0010;

@Injectable()
export class JobsRepository {
  /** Whether this transaction is now the only one in the cluster that holds the job. */
  async claim(transaction: Transaction, id: string): Promise<boolean> {
    const [row] = await transaction.query<{ claimed: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS claimed',
      [JOB_LOCKS, id],
    );
    return row?.claimed === true;
  }

  async lastRunAt(database: Queryable, id: string): Promise<Date | null> {
    const [row] = await database.query<{ at: Date }>(
      'SELECT last_run_at AS at FROM job_results WHERE id = $1',
      [id],
    );
    return row?.at ?? null;
  }

  async keep(
    database: Queryable,
    result: {
      readonly id: string;
      readonly at: Date;
      readonly result: 'ok' | 'failed';
      readonly message: string | null;
      readonly milliseconds: number;
    },
  ): Promise<void> {
    await database.query(
      `INSERT INTO job_results (id, last_run_at, last_result, message, milliseconds)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET last_run_at = $2, last_result = $3, message = $4, milliseconds = $5`,
      [result.id, result.at.toISOString(), result.result, result.message, result.milliseconds],
    );
  }

  all(database: Queryable): Promise<JobResult[]> {
    return database.query<JobResult>(
      'SELECT id, last_run_at AS "lastRunAt", last_result AS "lastResult" FROM job_results',
    );
  }
}
