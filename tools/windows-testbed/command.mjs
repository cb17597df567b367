import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts a program with its output in files (Node under Wine can't write into pipes). `exited` resolves with
 * `{ code, signal, stdout, stderr, timedOut }` and never rejects once the program has started.
 */
export function startCommand(file, args, { env, cwd, timeoutMs, stdin = 'ignore' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-testbed-'));
  const paths = { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') };
  const descriptors = [openSync(paths.stdout, 'w'), openSync(paths.stderr, 'w')];
  const child = spawn(file, args, { env, cwd, stdio: [stdin, ...descriptors], windowsHide: true });
  for (const descriptor of descriptors) closeSync(descriptor);
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs);
  const output = () => ({
    stdout: readFileSync(paths.stdout, 'utf8'),
    stderr: readFileSync(paths.stderr, 'utf8'),
  });
  const exited = new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      reject(error);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const result = { code, signal, ...output(), timedOut };
      rmSync(folder, { recursive: true, force: true });
      resolve(result);
    });
  });
  return { child, exited, output };
}

/** Runs a program to its end. Rejects only when it can't be started. */
export function runCommand(file, args, options) {
  return startCommand(file, args, options).exited;
}

/** Runs a program that must succeed; rejects with the end of its output otherwise. */
export async function mustRun(file, args, options) {
  const result = await runCommand(file, args, options);
  if (result.code === 0) return result;
  const told = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-5).join('\n');
  const how = result.timedOut ? 'took too long' : `ended with ${result.code ?? result.signal}`;
  throw new Error(`${file} ${args.join(' ')} ${how}:\n${told}`);
}
