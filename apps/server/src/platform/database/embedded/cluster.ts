import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseUnavailable } from '../database-unavailable';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { isAlive } from './postmaster-lock';
import { barrier, makeFolder } from './reach';

/** Where clusters go when the data folder itself can't be reached by PostgreSQL's account. */
const SYSTEM_HOME = '/var/lib/fleetmend';
const LOCATION = 'postgres.location';
export const DATABASE_USER = 'fleetmend';
export const DATABASE_NAME = 'fleetmend';

/** One initialised PostgreSQL data folder, and what is needed to use it. */
export interface Cluster {
  readonly data: string;
  readonly password: string;
}

/**
 * The folder that holds cluster, socket and log. Usually `postgres` in the data folder. When the server is root and the
 * data folder lies where PostgreSQL's account can't pass, it is a folder below /var/lib/fleetmend, and the data folder
 * says which. Throws {@link DatabaseUnavailable} when a cluster is already where it can't be reached any more.
 */
export function clusterHome(folder: string, account: Account | undefined): string {
  makeFolder(folder, account ? 0o711 : 0o700);
  const dataDirectory = realpathSync(folder);
  const location = join(dataDirectory, LOCATION);
  if (existsSync(location)) {
    const home = readFileSync(location, 'utf8').trim();
    if (!/^\/var\/lib\/fleetmend\/[0-9a-f]{16}$/.test(home)) {
      throw new DatabaseUnavailable(
        `${location} names "${home}", which is no folder of FleetMend's.`,
      );
    }
    return home;
  }
  const near = join(dataDirectory, 'postgres');
  const closed = barrier(account, dataDirectory);
  if (closed === undefined) return near;
  if (existsSync(join(near, 'cluster'))) {
    throw new DatabaseUnavailable(
      `PostgreSQL runs as the user "${account?.name}", who may not enter ${closed}: allow it with "chmod o+x ${closed}".`,
    );
  }
  const id = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16);
  const far = join(SYSTEM_HOME, id);
  makeFolder(SYSTEM_HOME, 0o711);
  writeFileSync(location, `${far}\n`, { mode: 0o600 });
  return far;
}

/** What `initdb` said, when it failed. */
async function run(program: string, args: readonly string[], account?: Account): Promise<string> {
  const child = spawn(program, args, {
    ...childOptions(account),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      reject(new DatabaseUnavailable(`${program} could not be started.`, { cause: error }));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new DatabaseUnavailable(`${program} failed (exit ${code}): ${output.trim()}`));
    });
  });
}

/** How every program of PostgreSQL is started: as its account, from a folder it can read, with a plain environment. */
export function childOptions(account: Account | undefined) {
  return {
    cwd: process.platform === 'win32' ? undefined : '/',
    ...(process.platform === 'win32'
      ? {}
      : { env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' } }),
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
    windowsHide: true,
  };
}

/** Removes what starts that died in the middle of `initdb` have left. */
function removeHalfFinished(home: string): void {
  for (const name of readdirSync(home)) {
    const maker = /^initialising-(\d+)$/.exec(name)?.[1];
    if (maker === undefined) continue;
    if (Number(maker) === process.pid || !isAlive(Number(maker))) {
      rmSync(join(home, name), { recursive: true, force: true });
    }
  }
}

/**
 * Finds the cluster in `home`, or makes it: in a folder aside that gets its name only when it is whole, so that a start
 * that dies in between leaves nothing that looks like a database.
 */
export async function prepareCluster(
  home: string,
  binaries: Binaries,
  account: Account | undefined,
  sync: boolean,
): Promise<Cluster> {
  makeFolder(home, account ? 0o711 : 0o700);
  removeHalfFinished(home);
  const whole = join(home, 'cluster');
  if (!existsSync(whole)) await initialise(home, whole, binaries, account, sync);
  const data = join(whole, 'data');
  return { data, password: readFileSync(join(whole, 'password'), 'utf8').trim() };
}

async function initialise(
  home: string,
  whole: string,
  binaries: Binaries,
  account: Account | undefined,
  sync: boolean,
): Promise<void> {
  const half = join(home, `initialising-${process.pid}`);
  makeFolder(half, account ? 0o711 : 0o700);
  const password = randomBytes(24).toString('base64url');
  const data = join(half, 'data');
  mkdirSync(data, { mode: 0o700 });
  // initdb reads the password as PostgreSQL's account; the file that stays is the server's own.
  const forInitdb = join(half, 'password-for-initdb');
  writeFileSync(forInitdb, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [data, forInitdb]) chownSync(path, account.uid, account.gid);
  const args = [
    ...['-D', data, '-U', DATABASE_USER, '--auth=scram-sha-256', `--pwfile=${forInitdb}`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ];
  await run(binaries.initdb, args, account);
  rmSync(forInitdb);
  writeFileSync(join(half, 'password'), `${password}\n`, { mode: 0o600, flush: true });
  try {
    renameSync(half, whole);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(whole)) throw error;
  }
}

/** The major version that made the cluster, as PostgreSQL writes it down. */
export function clusterVersion(data: string): string {
  return readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
}

/** Stops whatever PostgreSQL runs on `data`; returns when it has stopped. Only the cluster's own account may do that. */
export async function stopByPgCtl(
  binaries: Binaries,
  data: string,
  account: Account | undefined,
): Promise<void> {
  await run(binaries.pgCtl, ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60'], account);
}
