import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Who started us: the parent, and on Linux its parent too, since npm puts a shell between itself and us. */
function starters() {
  if (process.platform !== 'linux') return String(process.ppid);
  try {
    const [, grandparent] = /^PPid:\s+(\d+)/m.exec(
      readFileSync(`/proc/${process.ppid}/status`, 'utf8'),
    );
    return `${process.ppid} ${grandparent}`;
  } catch {
    return 'gone';
  }
}

const startedBy = starters();

/**
 * Calls `onStop(signal)` once when this process is told to stop, or when who started it has gone: a signal
 * to npm ends only npm or its shell and never reaches us. Returns a function that stops listening.
 */
export function onStop(stop) {
  let told = false;
  const once = (signal) => {
    if (told) return;
    told = true;
    stop(signal);
  };
  const watch = setInterval(() => starters() !== startedBy && once('SIGTERM'), 500);
  watch.unref();
  for (const signal of stopSignals) process.on(signal, once);
  return () => {
    clearInterval(watch);
    for (const signal of stopSignals) process.off(signal, once);
  };
}

/** Resolves with how a child ended; a program that could not be started counts as code 127. */
export const ended = (child) =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

/** Runs a program with our own terminal, passes signals on, and answers its exit code (128 + n for a signal's end). */
export async function runForwarding(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  // Ctrl-C reaches the whole foreground group by itself, a plain SIGINT only us: leave the first its moment.
  const ignore = onStop((signal) =>
    setTimeout(() => child.kill('SIGTERM'), signal === 'SIGINT' ? 500 : 0),
  );
  const { code, signal, error } = await ended(child);
  ignore();
  if (error) console.error(`${program} could not be started: ${error.message}`);
  return code ?? (signal === 'SIGINT' ? 130 : 143);
}
