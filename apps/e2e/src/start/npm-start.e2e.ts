import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machinePageSchema } from '@fleetmend/dashboard-api';
import { expect, test } from '@playwright/test';
import { signIn } from '../api';
import { environmentWith, root } from '../environment';
import { makeFolder, removeFolder } from '../folders';
import { processesOf } from '../processes';
import { administrator, freePort } from '../product';

let folder: string;
let port: number;
let output: string;
let npm: ChildProcess;

test.beforeEach(async () => {
  folder = makeFolder();
  port = await freePort();
  output = '';
});

test.afterEach(async () => {
  npm.kill('SIGTERM');
  await expect.poll(() => processesOf(folder), { timeout: 30_000 }).toEqual([]);
  removeFolder(folder);
});

/** The command a newcomer types, in a process group of its own as a shell would run it. */
function npmStart(...args: readonly string[]): void {
  npm = spawn('npm', ['start', '--', ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentWith({
      PORT: String(port),
      FLEETMEND_DATA_DIR: join(folder, 'data'),
      FLEETMEND_ADMIN_EMAIL: administrator.email,
      FLEETMEND_ADMIN_PASSWORD: administrator.password,
    }),
  });
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
}

const ready = () => expect.poll(() => output, { timeout: 90_000 }).toContain('FleetMend is ready');

/** The processes that a terminal would send Ctrl-C to: those of npm's own group. */
function foreground(leader: number): readonly number[] {
  return processesOf(folder)
    .map(({ pid }) => pid)
    .filter((pid) => groupOf(pid) === leader);
}

function groupOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

for (const [what, signals] of [
  ['Ctrl-C', (leader: number) => foreground(leader).map((pid) => [pid, 'SIGINT'] as const)],
  ['an end signal to npm alone', (leader: number) => [[leader, 'SIGTERM'] as const]],
  ['a kill of npm alone', (leader: number) => [[leader, 'SIGKILL'] as const]],
] as const) {
  test(`${what} leaves no process, and the database cleanly stopped`, async () => {
    test.skip(process.platform !== 'linux', 'looks at /proc');
    npmStart();
    await ready();
    expect(processesOf(folder).length).toBeGreaterThan(3);
    for (const [pid, signal] of signals(npm.pid ?? 0)) process.kill(pid, signal);
    await expect.poll(() => processesOf(folder), { timeout: 30_000 }).toEqual([]);
    expect(postgresLog()).toContain('database system is shut down');
  });
}

function postgresLog(): string {
  return readFileSync(join(folder, 'data/postgres/log'), 'utf8');
}

test('--demo fills the product with that many machines, over the real protocol', async () => {
  npmStart('--demo=7');
  await ready();
  const api = await signIn(`http://127.0.0.1:${port}`);
  const online = async () =>
    machinePageSchema.parse(await api.get('/machines?online=true&limit=100')).items.length;
  await expect.poll(online, { timeout: 60_000 }).toBe(7);
  const failing = async () =>
    machinePageSchema.parse(await api.get('/machines?failing=true')).items.length;
  await expect.poll(failing, { timeout: 60_000 }).toBeGreaterThan(0);
});

test('what is built already is not built again', async () => {
  npmStart();
  await ready();
  expect(output).not.toContain('Building');
  expect(output).not.toContain('Installing');
});
