import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { expected, root } from '../bootstrap/places.mjs';
import { buildApps } from '../build/build.mjs';
import { ended } from '../process/child.mjs';
import { freePort } from '../process/free-port.mjs';
import { healthy } from '../start/health.mjs';
import { measureClient } from './client.mjs';
import { cpuSeconds, residentMegabytes } from './process-cost.mjs';

const usage = `Use: npm run bench [-- --machines=1000 --seconds=60 --speed=1]
     npm run bench -- client [--starts=9 --settle=75 --seconds=60]`;

/** What can be said on the command line, with what it is otherwise. */
const SERVER = { machines: '1000', seconds: '60', speed: '1' };
const CLIENT = { starts: '9', settle: '75', seconds: '60' };

/**
 * `npm run bench`: a server of its own under simulated machines, on this computer. Prints how long the fleet
 * takes to connect, and then what the server costs and how fast it answers. `npm run bench -- client` measures the client
 * instead. Linux only: it reads /proc.
 */
export async function main(args) {
  if (process.platform !== 'linux') throw expected('The measurement reads /proc: it needs Linux.');
  if (args[0] === 'client') {
    await measureClient(parse(args.slice(1), CLIENT));
    return 0;
  }
  const { machines, seconds, speed } = parse(args, SERVER);
  await buildApps(['server', 'simulator', 'dashboard']);
  const home = mkdtempSync(join(tmpdir(), 'fleetmend-bench-'));
  chmodSync(home, 0o711); // PostgreSQL runs as another user when we are root
  const running = [];
  try {
    const tokenFile = join(home, 'token');
    const port = await freePort();
    const server = run('server', [], {
      PORT: String(port),
      DATABASE_URL: '',
      FLEETMEND_DATA_DIR: join(home, 'data'),
      FLEETMEND_DEMO_TOKEN_FILE: tokenFile,
      FLEETMEND_WATCH_PARENT: '1',
      LOG_LEVEL: 'warn',
    });
    running.push(server);
    const url = await healthy(`http://127.0.0.1:${port}`, server.ended, 120_000);
    if (!url) throw expected('The server did not become ready.');
    console.log(`idle: ${await cost(server.child.pid, url, 3)}`);
    const began = Date.now();
    running.push(
      run('simulator', [
        ...['--server', url, '--machines', String(machines), '--speed', String(speed)],
        ...['--token-file', tokenFile, '--data-dir', join(home, 'simulator')],
        ...['--parent', String(process.pid)],
      ]),
    );
    await connected(url, machines);
    console.log(`${machines} machines enrolled and connected in ${since(began)}`);
    console.log(`under load: ${await cost(server.child.pid, url, seconds)}`);
    return 0;
  } finally {
    for (const { child } of running.toReversed()) child.kill('SIGTERM');
    await Promise.all(running.map((program) => program.ended));
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function parse(args, defaults) {
  const names = Object.keys(defaults);
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    });
    const numbers = Object.entries({ ...defaults, ...values }).map(([name, text]) => [
      name,
      Number(text),
    ]);
    const wrong = numbers.find(([, number]) => !(number > 0));
    if (wrong) throw new Error(`--${wrong[0]} must be a number above 0.`);
    return Object.fromEntries(numbers);
  } catch (error) {
    throw expected(`${error.message}\n${usage}`);
  }
}

function run(app, args, environment = {}) {
  const child = spawn(process.execPath, [join(root, `dist/apps/${app}/main.mjs`), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return { child, ended: ended(child) };
}

async function connected(url, machines) {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await delay(250)) {
    const { connectedMachines } = await (await fetch(`${url}/api/v1/health`)).json();
    if (connectedMachines >= machines) return;
  }
  throw expected('The machines did not all connect within ten minutes.');
}

/** Watches the server for some seconds: processor and memory it used, and how long an answer took. */
async function cost(pid, url, seconds) {
  const before = cpuSeconds(pid);
  const began = performance.now();
  const times = [];
  while (performance.now() - began < seconds * 1000) {
    const asked = performance.now();
    await (await fetch(`${url}/api/v1/health`)).text();
    times.push(performance.now() - asked);
    await delay(50);
  }
  const elapsed = (performance.now() - began) / 1000;
  const sorted = times.sort((a, b) => a - b);
  const at = (part) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  const core = (((cpuSeconds(pid) - before) / elapsed) * 100).toFixed(1);
  const memory = Math.round(residentMegabytes(pid));
  return `${core} % of a core, ${memory} MB, answers in ${at(0.5)} ms (median), ${at(0.99)} ms (99 of 100)`;
}

const since = (began) => `${((Date.now() - began) / 1000).toFixed(1)} s`;
