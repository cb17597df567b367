import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processes whose environment or command line names `folder`: with a folder unique to one run, these are
 * the run's descendants, whatever group they moved to. Linux only; elsewhere an empty list.
 */
export function processesNaming(folder) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) > 1 && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(folder) || read(pid, 'cmdline').includes(folder))
    .filter((pid) => !/^State:\s+Z/m.test(read(pid, 'status')))
    .map((pid) => ({
      pid: Number(pid),
      command: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
    }));
}

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has gone meanwhile, or isn't ours to read.
  }
}
