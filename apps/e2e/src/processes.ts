import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process of this computer. */
export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/**
 * The processes that belong to `folder` (unique to one test): their command line or environment names it.
 * Linux only: elsewhere an empty list.
 */
export function processesOf(folder: string): readonly RunningProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(folder) || read(pid, 'cmdline').includes(folder))
    .filter((pid) => !/^State:\s+Z/m.test(read(pid, 'status')))
    .map((pid) => ({
      pid: Number(pid),
      commandLine: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
    }));
}

/** Ends what a killed program left running on `folder`, one by one, and waits until it has gone. */
export async function endProcessesOf(folder: string): Promise<void> {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It left just now.
    }
  }
  for (let round = 0; round < 50 && processesOf(folder).length > 0; round++) await delay(100);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has gone meanwhile, or isn't ours to read.
  }
}
