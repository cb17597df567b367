import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** When the process began, in kernel ticks: tells a process from a later one with the same id. Undefined when gone. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isStale(file) {
  let holder;
  try {
    holder = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // Just being written, or gone: look again later. A file that stays empty belongs to somebody who died at once.
    return error instanceof SyntaxError && 'maybe';
  }
  return startOf(holder.pid) !== holder.start;
}

/**
 * Runs `act` while this process holds the lock `file`. Waits for other holders up to `timeoutMs`; the lock of a
 * process that died is taken over.
 */
export async function withLock(file, timeoutMs, act) {
  const deadline = Date.now() + timeoutMs;
  let unreadable = 0;
  for (;;) {
    try {
      const descriptor = openSync(file, 'wx');
      writeSync(descriptor, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
      closeSync(descriptor);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const stale = isStale(file);
    unreadable = stale === 'maybe' ? unreadable + 1 : 0;
    if (stale === true || unreadable > 20) rmSync(file, { force: true });
    else if (Date.now() > deadline) throw new Error(`Waited too long for the lock ${file}.`);
    else await wait(250);
  }
  try {
    return await act();
  } finally {
    rmSync(file, { force: true });
  }
}
