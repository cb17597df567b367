import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What PostgreSQL writes into `postmaster.pid` of its data folder. */
export interface PostmasterLock {
  readonly pid: number;
  readonly port: number;
  /** Empty when it listens on no socket file. */
  readonly socketDirectory: string;
  readonly status: string;
}

/** Reads `postmaster.pid`; undefined when there is none, or none that can be understood. */
export function readPostmasterLock(data: string): PostmasterLock | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return {
    pid,
    port: Number(lines[3] ?? ''),
    socketDirectory: lines[4] ?? '',
    status: lines[7] ?? '',
  };
}

/** Whether there is a process of this number. Sends it nothing. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  if (process.platform === 'linux') return existsSync(`/proc/${pid}`);
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether process `pid` is a PostgreSQL on `data`, by its command line; undefined where the system doesn't tell. Numbers
 * of processes are used again, in containers after each restart.
 */
export function isPostmasterOf(pid: number, data: string): boolean | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
  const [program, ...args] = line.split('\0');
  if (basename(program ?? '') !== 'postgres') return false;
  return args[args.indexOf('-D') + 1] === data;
}
