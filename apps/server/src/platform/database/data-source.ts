import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { DatabaseUnavailable } from './database-unavailable';
import type { Migration } from './migration';

export interface DataSourceOptions {
  /** `postgres://user:password@host/database`. */
  readonly url: string;
  readonly migrations: readonly Migration[];
  /** Connections at most. */
  readonly poolSize?: number;
  /** Told of errors that nobody waits for: idle connections that break. */
  readonly onError: (error: unknown) => void;
}

/** Two servers that start at once must not migrate at once. */
const MIGRATION_LOCK = 0x666d_0002;

/** Connects; throws {@link DatabaseUnavailable} with a message for the operator. */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    migrations: [...options.migrations],
    migrationsTableName: 'migrations',
    synchronize: false,
    logging: false,
    poolSize: options.poolSize ?? 10,
    applicationName: 'fleetmend',
    connectTimeoutMS: 10_000,
    poolErrorHandler: options.onError,
    installExtensions: false,
    // Statements are sent without waiting for the answers of those before.
    extra: { pipeline: true },
  });
  try {
    return await source.initialize();
  } catch (error) {
    throw new DatabaseUnavailable(`The database can't be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** The connections of `source`. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as PostgresDriver).master as Pool;
}

/** Refused connections on several addresses come as one error without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(reasonOf).join('; ');
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Brings the schema up to date; waits while another server does the same. Answers the names of what was done. */
export async function applyMigrations(source: DataSource): Promise<string[]> {
  const guard = source.createQueryRunner();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map((step) => step.name);
  } finally {
    // Also when it was never taken: then this says no, and harms nothing.
    await guard.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await guard.release();
  }
}
