import { readdirSync, readFileSync } from 'node:fs';

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

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has gone meanwhile, or isn't ours to read.
  }
}
