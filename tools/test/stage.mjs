import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../bootstrap/places.mjs';
import { ended, onStop } from '../process/child.mjs';
import { processesNaming } from '../process/descendants.mjs';
import { signalOwnGroup } from '../process/group.mjs';
import { watchMemory } from './memory.mjs';
import { countOf } from './results.mjs';

/** Most memory one Node process of a stage may use for objects, in MB. */
const heapLimit = 3072;

/** How long a stage may take to end by itself after its time limit, in ms. */
const grace = 10_000;

/** How long what a stage started may take to leave after it, in ms. */
const leaving = 5000;

/**
 * Runs one stage as a process group of its own, with its own temporary folder, until it ends or `deadline`
 * (ms since 1970) or its own time limit comes. Only what the stage started is ever signalled.
 * Answers its counts, why it ended badly (if it did), its time in ms and the lowest free memory in MB.
 */
export async function runStage(stage, { reportFile, deadline, env }) {
  const temporary = mkdtempSync(join(tmpdir(), `fleetmend-${stage.name}-`));
  chmodSync(temporary, 0o711); // PostgreSQL runs as another user when we are root
  const began = Date.now();
  const memory = watchMemory();
  const child = spawn(stage.command, stage.args, {
    cwd: root,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...stage.env,
      ...env,
      TMPDIR: temporary,
      NODE_OPTIONS: `${stage.nodeOptions ?? ''} --max-old-space-size=${heapLimit}`.trim(),
    },
  });
  const limit = Math.min(began + stage.minutes * 60_000, deadline);
  const { how, stopped } = await watched(child, limit);
  await endLeftovers(temporary);
  remove(temporary);
  return {
    name: stage.name,
    ...countOf(stage.kind, reportFile, how === undefined),
    ...(how === undefined ? {} : { problem: how }),
    stopped,
    milliseconds: Date.now() - began,
    lowestMemory: memory.stop(),
  };
}

/** Waits for the end; `how` is undefined after a good one. */
async function watched(child, limit) {
  let reason;
  const end = (why) => {
    reason ??= why;
    if (process.platform === 'win32') child.kill();
    else signalOwnGroup(child, 'SIGTERM');
    setTimeout(
      () => process.platform !== 'win32' && signalOwnGroup(child, 'SIGKILL'),
      grace,
    ).unref();
  };
  const timer = setTimeout(() => end('ran out of time'), Math.max(0, limit - Date.now()));
  let stopped = false;
  const ignore = onStop((signal) => {
    stopped = true;
    end(`was stopped by ${signal}`);
  });
  const { code, signal, error } = await ended(child);
  clearTimeout(timer);
  ignore();
  const how =
    reason ??
    error?.message ??
    (signal ? `died by ${signal}` : code === 0 ? undefined : `ended with code ${code}`);
  return { how, stopped };
}

/** Ends, one by one and loudly, what a stage left running: recognised by its temporary folder. */
async function endLeftovers(folder) {
  await left(folder);
  for (const { pid, command } of processesNaming(folder)) {
    console.error(`Left behind, and ended now: ${pid} ${command.slice(0, 150)}`);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It left just now.
    }
  }
  await left(folder);
}

/** Waits a while for all processes of a temporary folder to be gone. */
async function left(folder) {
  const deadline = Date.now() + leaving;
  while (processesNaming(folder).length > 0 && Date.now() < deadline) await delay(50);
}

/** Removes a stage's temporary folder, unless something is still mounted below it. */
function remove(folder) {
  const mounts = process.platform === 'linux' ? readFileSync('/proc/self/mountinfo', 'utf8') : '';
  if (mounts.includes(folder)) {
    console.error(`${folder} stays: something is mounted below it.`);
    return;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
}
