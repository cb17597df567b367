import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processor time a process has used, in seconds (the kernel counts hundredths). */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Memory of a process that is in the machine's, in MB; `shared` counts what other processes have, too. */
export function residentMegabytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes) / 1024;
}

/** What of it is this process's alone, in MB. */
export function ownMegabytes(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const dirty = /^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1] ?? 0;
  const clean = /^Private_Clean:\s+(\d+)/m.exec(rollup)?.[1] ?? 0;
  return (Number(dirty) + Number(clean)) / 1024;
}

/** Processor time over a window, in percent of a core. */
export async function idlePercent(pid, seconds) {
  const before = cpuSeconds(pid);
  await delay(seconds * 1000);
  return ((cpuSeconds(pid) - before) / seconds) * 100;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
