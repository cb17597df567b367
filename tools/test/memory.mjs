import { existsSync, readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Memory that programs could still get, in MB. */
export function availableMegabytes() {
  if (process.platform !== 'linux') return Math.round(freemem() / 2 ** 20);
  const [, kilobytes] = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}

/** Watches the available memory; `stop()` answers its lowest value in MB. */
export function watchMemory() {
  let lowest = availableMegabytes();
  const timer = setInterval(() => (lowest = Math.min(lowest, availableMegabytes())), 2000);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return Math.min(lowest, availableMegabytes());
    },
  };
}

/** What a container allows us and how often it killed for it, as text; empty outside of one. */
export function containerMemory() {
  const read = (file) => {
    const path = `/sys/fs/cgroup/${file}`;
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  };
  const megabytes = (text) =>
    /^\d+$/.test(text ?? '') ? `${Math.round(Number(text) / 2 ** 20)} MB` : text;
  const [, kills] = /^oom_kill (\d+)$/m.exec(read('memory.events') ?? '') ?? [];
  const parts = [
    ['limit', megabytes(read('memory.max'))],
    ['peak', megabytes(read('memory.peak'))],
    ['killed for memory', kills],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
