import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { buildApps } from '../build/build.mjs';
import { ended, onStop } from '../process/child.mjs';
import { healthy, healthUrl } from './health.mjs';
import { help, parseOptions } from './options.mjs';

/** How long the server may take to be ready: the first start makes the database. */
const readyMilliseconds = 120_000;

/** How long a program may take to stop when it's told to, before it's ended. */
const stopMilliseconds = 20_000;

/** `npm start`: runs the server, and with `--demo` the simulator, until told to stop. */
export async function main(args) {
  const options = parseOptions(args);
  if (options.help) {
    console.log(help);
    return 0;
  }
  await buildApps(['server', 'dashboard', ...(options.demo > 0 ? ['simulator'] : [])]);

  const tokenFile = join(resolve(process.env.FLEETMEND_DATA_DIR || '.fleetmend'), 'demo-token');
  const running = [];
  let stopping = false;
  onStop(() => {
    stopping = true;
    stop(running);
  });

  const server = run('dist/apps/server/main.mjs', [], {
    FLEETMEND_DASHBOARD_DIR: join(root, 'dist/apps/dashboard/browser'),
    FLEETMEND_WATCH_PARENT: '1',
    ...(options.demo > 0 ? { FLEETMEND_DEMO_TOKEN_FILE: tokenFile } : {}),
  });
  running.push(server);

  if (options.demo > 0) {
    const url = await healthy(healthUrl(process.env), server.ended, readyMilliseconds);
    if (url !== undefined && !stopping) {
      console.log(`Starting ${options.demo} simulated machines …`);
      running.push(simulate(url, tokenFile, options.demo));
    }
  }
  const { code } = await server.ended;
  stop(running);
  await Promise.all(running.map((program) => program.ended));
  return code ?? (stopping ? 0 : 1);
}

function simulate(url, tokenFile, machines) {
  const args = [
    ...['--server', url, '--machines', String(machines)],
    ...['--token-file', tokenFile, '--parent', String(process.pid)],
  ];
  const simulator = run('dist/apps/simulator/main.mjs', args, {});
  void simulator.ended.then(({ code }) => {
    if (code) console.error(`The simulator ended with code ${code}; the server runs on.`);
  });
  return simulator;
}

/**
 * Starts one of our programs in a process group of its own, so that Ctrl-C doesn't reach it together with us
 * and it gets exactly one signal: ours.
 */
function run(file, args, environment) {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    env: { ...process.env, ...environment },
  });
  return { child, ended: ended(child) };
}

/** Asks the programs to end, the last started first, and ends them if they don't. */
function stop(programs) {
  for (const { child } of programs.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), stopMilliseconds).unref();
  }
}
