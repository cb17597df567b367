import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { MIGRATIONS } from '../src/migrations';
import { Database } from '../src/platform/database';

/** The address of another database on the server of `url`. */
export function onSameServer(url: string, database: string): string {
  const address = new URL(url.replace('@/', '@socket/'));
  address.pathname = `/${database}`;
  return address.href.replace('@socket/', '@/');
}

function clusterUrl(): string {
  const url = process.env['FLEETMEND_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('Jest has not started the test cluster.');
  return url;
}

async function onCluster(sql: string): Promise<void> {
  const client = new Client({ connectionString: onSameServer(clusterUrl(), 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A database of the spec file's own, migrated. */
export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  /** Errors that nobody waited for. */
  readonly errors: unknown[];
}

/** Makes a database before the tests of a file (or `describe`) and drops it after them. */
export function testDatabase(): TestDatabase {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = onSameServer(clusterUrl(), name);
  const errors: unknown[] = [];
  let open: Database | undefined;
  beforeAll(async () => {
    const template = decodeURIComponent(
      new URL(clusterUrl().replace('@/', '@socket/')).pathname,
    ).slice(1);
    await onCluster(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    open = await Database.open({
      url,
      migrations: MIGRATIONS,
      poolSize: 5,
      onError: (error) => errors.push(error),
    });
  });
  afterAll(async () => {
    await open?.close();
    await onCluster(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  return {
    url,
    errors,
    get database() {
      if (!open) throw new Error('The database is there from beforeAll on.');
      return open;
    },
  };
}
