import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from '../src/migrations';
import { Database, startEmbeddedPostgres } from '../src/platform/database';

const PREFIX = 'fleetmend-test-';

/** Small, and nothing is flushed: these data live for one test run. */
async function startIn(dataDirectory: string) {
  return startEmbeddedPostgres({
    dataDirectory,
    durable: false,
    log: () => undefined,
    settings: {
      shared_buffers: '16MB',
      max_connections: '80',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      io_method: 'sync',
      autovacuum: 'off',
      max_wal_size: '128MB',
      log_min_messages: 'fatal',
    },
  });
}

function isRunning(pid: number): boolean {
  return process.platform === 'linux' ? existsSync(`/proc/${pid}`) : pid === process.pid;
}

/** A run that was killed leaves its PostgreSQL behind. */
async function clearEarlierRuns(): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync(tmpdir())) {
    const runner = new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1];
    if (runner === undefined || isRunning(Number(runner))) continue;
    const folder = join(tmpdir(), name);
    try {
      const orphan = await startIn(folder);
      await orphan.stop();
      rmSync(orphan.home, { recursive: true, force: true });
    } catch {
      continue; // of another user, or just being cleared by another run
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The one PostgreSQL of a test run; its database is empty, migrated, and the template of every spec's own. */
export async function startTestCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  await clearEarlierRuns();
  const folder = join(tmpdir(), `${PREFIX}${process.pid}`);
  mkdirSync(folder);
  chmodSync(folder, 0o711);
  const postgres = await startIn(folder);
  const stop = async () => {
    await postgres.stop();
    rmSync(postgres.home, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const database = await Database.open({
      url: postgres.url,
      migrations: MIGRATIONS,
      onError: () => undefined,
    });
    await database.migrate();
    await database.close();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: postgres.url, stop };
}
