import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseUnavailable } from '../database-unavailable';
import { type Account, unprivilegedAccount } from './account';
import { type Binaries, installedBinaries, reachableBinaries } from './binaries';
import {
  childOptions,
  type Cluster,
  clusterHome,
  clusterVersion,
  DATABASE_NAME,
  DATABASE_USER,
  prepareCluster,
  stopByPgCtl,
} from './cluster';
import { isAlive, isPostmasterOf, readPostmasterLock } from './postmaster-lock';
import { makeFolder } from './reach';

/** The PostgreSQL that npm brings. A cluster of another major version is not opened. */
const MAJOR_VERSION = '18';
/** The longest path of a folder in which a socket file still fits, in bytes (108 with the file's name, on Linux). */
const LONGEST_SOCKET_FOLDER = 85;
const SOCKET_PORT = 5432;
/** Held by the server that uses the cluster, as long as it lives: tells an orphan from a PostgreSQL in use. */
const OWNER_LOCK = 0x666d_0001;
const LOG_LIMIT_BYTES = 10_000_000;
const STOP_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 300_000;

const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '50',
  jit: 'off',
  // Pages are answered from memory or SSD, and to many people at once.
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  logging_collector: 'off',
  log_checkpoints: 'off',
  max_wal_size: '512MB',
  idle_in_transaction_session_timeout: '10min',
};

export interface EmbeddedPostgresOptions {
  /** Everything that belongs to this database is kept below this folder. */
  readonly dataDirectory: string;
  /** Told what happens, in words for the operator. */
  readonly log: (message: string) => void;
  /** More settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False only for tests: nothing survives a power cut then. */
  readonly durable?: boolean;
}

/** A PostgreSQL that runs as our child. */
export interface EmbeddedPostgres {
  /** For the driver; holds the password: never log it. */
  readonly url: string;
  /** The folder that holds cluster, socket and log. */
  readonly home: string;
  /** Resolves when PostgreSQL has ended without having been told to. */
  readonly died: Promise<DatabaseUnavailable>;
  /** Stops it cleanly and waits for its end. */
  stop(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly args: readonly string[];
}

function urlOf(place: { host: string; port: number }, password: string, database: string): string {
  const socket = place.host.startsWith('/');
  const host = socket ? '' : `${place.host}:${place.port}`;
  const query = socket ? `?host=${encodeURIComponent(place.host)}&port=${place.port}` : '';
  return `postgres://${DATABASE_USER}:${password}@${host}/${database}${query}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
      });
    });
  });
}

/** A socket file in a folder that only PostgreSQL's account and root can enter; where that can't be, loopback TCP. */
async function placeToListen(home: string, account: Account | undefined): Promise<Place> {
  const folder = join(home, 'socket');
  if (process.platform !== 'win32' && Buffer.byteLength(folder) <= LONGEST_SOCKET_FOLDER) {
    makeFolder(folder, 0o700, account);
    const args = ['listen_addresses=', `unix_socket_directories=${folder}`, `port=${SOCKET_PORT}`];
    return { host: folder, port: SOCKET_PORT, args };
  }
  const port = await freePort();
  const args = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
  return { host: '127.0.0.1', port, args };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function takeOwnership(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1) AS taken',
    [OWNER_LOCK],
  );
  return rows[0]?.taken === true;
}

/**
 * Deals with a PostgreSQL that an earlier server has left running, because it was killed. One that a living server uses
 * is left alone; one that can't be told from a stranger's process is never touched.
 */
async function settleOrphan(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | undefined,
  log: (message: string) => void,
): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    const lock = readPostmasterLock(cluster.data);
    if (!lock || !isAlive(lock.pid)) return; // PostgreSQL itself clears a lock whose process is gone
    const ours = isPostmasterOf(lock.pid, cluster.data);
    if (ours === false) {
      log(`Removing postmaster.pid: process ${lock.pid} is not PostgreSQL on this folder.`);
      rmSync(join(cluster.data, 'postmaster.pid'), { force: true });
      return;
    }
    if (lock.status === 'ready') {
      const place = { host: lock.socketDirectory || '127.0.0.1', port: lock.port };
      const client = await connect(urlOf(place, cluster.password, 'postgres'));
      try {
        const { rows } = await client.query<{ data: string }>(
          `SELECT current_setting('data_directory') AS data`,
        );
        if (rows[0]?.data !== cluster.data || !(await takeOwnership(client))) {
          throw new DatabaseUnavailable(
            `Another FleetMend server is running with this data folder (${cluster.data}). Stop it first.`,
          );
        }
      } finally {
        await client.end();
      }
      log('Stopping the PostgreSQL that an earlier start left behind.');
      await stopByPgCtl(binaries, cluster.data, account);
      return;
    }
    await sleep(100);
  }
  throw new DatabaseUnavailable(
    `An earlier PostgreSQL still starts or stops on ${cluster.data}. Try again.`,
  );
}

function tail(path: string): string {
  if (!existsSync(path)) return '';
  return readFileSync(path, 'utf8').trim().split('\n').slice(-8).join('\n');
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

async function waitUntilReady(child: ChildProcess, data: string, log: string): Promise<void> {
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    if (spawnError) {
      throw new DatabaseUnavailable('PostgreSQL could not be started.', { cause: spawnError });
    }
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new DatabaseUnavailable(
        `PostgreSQL ended while it started. Its log (${log}) says:\n${tail(log)}`,
      );
    }
    const lock = readPostmasterLock(data);
    if (lock && lock.pid === child.pid && lock.status === 'ready') return;
    await sleep(20);
  }
  throw new DatabaseUnavailable(`PostgreSQL did not become ready. See ${log}.`);
}

async function ensureDatabase(client: Client): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
  if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
}

/**
 * Starts the PostgreSQL that npm brought, on a cluster of its own below `dataDirectory`, which is made at the first
 * start. Throws {@link DatabaseUnavailable} with a message for the operator.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const durable = options.durable ?? true;
  const account = unprivilegedAccount();
  const home = clusterHome(options.dataDirectory, account);
  const binaries = reachableBinaries(
    await installedBinaries(),
    account,
    '/var/lib/fleetmend',
    MAJOR_VERSION,
  );
  const cluster = await prepareCluster(home, binaries, account, durable);
  const version = clusterVersion(cluster.data);
  if (version !== MAJOR_VERSION) {
    throw new DatabaseUnavailable(
      `${cluster.data} was made by PostgreSQL ${version}; this FleetMend brings ${MAJOR_VERSION}.`,
    );
  }
  await settleOrphan(cluster, binaries, account, options.log);

  const place = await placeToListen(home, account);
  const settings = { ...SETTINGS, ...(durable ? {} : { fsync: 'off' }), ...options.settings };
  const logPath = join(home, 'log');
  if ((statSync(logPath, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) {
    renameSync(logPath, `${logPath}.old`);
  }
  const log = openSync(logPath, 'a', 0o600);
  const child = spawn(
    binaries.postgres,
    [
      ...['-D', cluster.data],
      ...place.args.flatMap((setting) => ['-c', setting]),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // A group of its own: Ctrl-C is for the server, which stops PostgreSQL last.
    { ...childOptions(account), stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);

  const stop = async () => {
    if (process.platform === 'win32') await stopByPgCtl(binaries, cluster.data, account);
    else child.kill('SIGINT');
    const hurry = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await exitOf(child);
    clearTimeout(hurry);
  };
  // Where the server ends without stopping it (a fault that nobody caught), PostgreSQL must not stay behind.
  const stopAtExit = () => child.kill('SIGINT');
  process.once('exit', stopAtExit);
  void exitOf(child).then(() => process.off('exit', stopAtExit));
  let stopping = false;
  let owner: Client;
  try {
    await waitUntilReady(child, cluster.data, logPath);
    owner = await connect(urlOf(place, cluster.password, 'postgres'));
    await takeOwnership(owner);
    await ensureDatabase(owner);
  } catch (error) {
    if (child.pid !== undefined) await stop();
    throw error;
  }
  return {
    url: urlOf(place, cluster.password, DATABASE_NAME),
    home,
    died: exitOf(child).then(() =>
      stopping
        ? new Promise<never>(() => undefined)
        : new DatabaseUnavailable(`PostgreSQL ended. Its log (${logPath}) says:\n${tail(logPath)}`),
    ),
    stop: async () => {
      stopping = true;
      await owner.end().catch(() => undefined);
      await stop();
    },
  };
}
