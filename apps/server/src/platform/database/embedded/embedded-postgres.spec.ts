import { jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { unprivilegedAccount } from './account';
import { installedBinaries } from './binaries';
import { clusterHome, stopByPgCtl } from './cluster';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { isPostmasterOf, readPostmasterLock } from './postmaster-lock';

jest.setTimeout(60_000);

describe('the embedded PostgreSQL', () => {
  let folder: string;
  const said: string[] = [];
  const running: EmbeddedPostgres[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-embedded-'));
    chmodSync(folder, 0o711);
    said.length = 0;
  });
  afterEach(async () => {
    for (const postgres of running.splice(0)) {
      await postgres.stop();
      rmSync(postgres.home, { recursive: true, force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(dataDirectory = folder): Promise<EmbeddedPostgres> {
    const postgres = await startEmbeddedPostgres({
      dataDirectory,
      durable: false,
      settings: { shared_buffers: '8MB', io_method: 'sync' },
      log: (message) => said.push(message),
    });
    running.push(postgres);
    return postgres;
  }
  async function stop(postgres: EmbeddedPostgres): Promise<void> {
    running.splice(running.indexOf(postgres), 1);
    await postgres.stop();
  }
  async function ask(url: string, sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('keeps what was written over a stop, and is nobody else to open', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)');
    const password = join(first.home, 'cluster', 'password');
    expect(statSync(password).mode & 0o777).toBe(0o600);
    expect(statSync(join(first.home, 'cluster', 'data')).mode & 0o777).toBe(0o700);
    const stranger = first.url.replace(/:[^:@/]+@/, ':wrong@');
    await expect(ask(stranger, 'SELECT 1')).rejects.toThrow(/password/);
    await stop(first);
    const again = await start();
    expect(await ask(again.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  });

  it('does not take a database that a living server uses', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow('Another FleetMend server is running');
    expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('makes the cluster anew when an earlier start died in the middle', async () => {
    const home = clusterHome(folder, unprivilegedAccount());
    const half = join(home, 'initialising-999999999');
    mkdirSync(join(half, 'data'), { recursive: true });
    writeFileSync(join(half, 'data', 'PG_VERSION'), '18\n');
    if (process.getuid?.() === 0) chmodSync(home, 0o711);
    const postgres = await start();
    expect(existsSync(half)).toBe(false);
    expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says so when it ends without having been told to', async () => {
    const postgres = await start();
    const data = join(postgres.home, 'cluster', 'data');
    const lock = readPostmasterLock(data);
    expect(isPostmasterOf(lock?.pid ?? 0, data)).not.toBe(false);
    await stopByPgCtl(await installedBinaries(), data, unprivilegedAccount());
    expect((await postgres.died).message).toContain('PostgreSQL ended');
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('does not touch a stranger whose number stands in a stale lock', async () => {
    const first = await start();
    await stop(first);
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      const lock = join(first.home, 'cluster', 'data', 'postmaster.pid');
      writeFileSync(
        lock,
        [stranger.pid, join(first.home, 'cluster', 'data'), 0, 5432, '', '', '', 'ready', ''].join(
          '\n',
        ),
      );
      const again = await start();
      expect(await ask(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(stranger.exitCode).toBeNull();
      expect(stranger.signalCode).toBeNull();
      expect(said.join(' ')).toContain(`process ${stranger.pid} is not PostgreSQL`);
    } finally {
      stranger.kill();
    }
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot('goes where its account can go, when the data folder lies where it can not', async () => {
    const secret = join(folder, 'secret');
    mkdirSync(secret, { mode: 0o700 });
    const data = join(secret, 'data');
    const postgres = await start(data);
    expect(postgres.home).toMatch(/^\/var\/lib\/fleetmend\/[0-9a-f]{16}$/);
    expect(readFileSync(join(data, 'postgres.location'), 'utf8').trim()).toBe(postgres.home);
    await ask(postgres.url, 'CREATE TABLE kept (id int)');
    await stop(postgres);
    const again = await start(data);
    expect(await ask(again.url, 'SELECT * FROM kept')).toEqual([]);
  });

  asRoot('names the folder that has been closed to it since', () => {
    const data = join(folder, 'data');
    mkdirSync(join(data, 'postgres', 'cluster'), { recursive: true });
    chmodSync(data, 0o700);
    expect(() => clusterHome(data, unprivilegedAccount())).toThrow(
      `who may not enter ${realpathSync(data)}: allow it with "chmod o+x`,
    );
  });
});
