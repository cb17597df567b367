/** The part of a process that its end is told by. */
export interface Host {
  readonly ppid: number;
  once(signal: NodeJS.Signals, told: () => void): unknown;
}

/** How often the parent is looked for, in milliseconds. */
const LOOK = 500;

/**
 * A signal that aborts when the process is told to stop, or when `parent` is no longer its parent: a parent that was
 * killed tells nobody.
 */
export function endOf(parent: number | undefined, host: Host = process, look = LOOK): AbortSignal {
  const end = new AbortController();
  const stop = () => {
    clearInterval(watch);
    end.abort();
  };
  const watch = setInterval(() => {
    if (parent !== undefined && host.ppid !== parent) stop();
  }, look);
  // The watch alone is no reason to live.
  watch.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.once(signal, stop);
  return end.signal;
}
