import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log } from '../log';
import { type Watchdog } from '../windows/watchdog';

/** Is there as long as the client answers; the watchdog takes it away before it ends the client. */
export const ALIVE_FILE = 'client.alive';

const BEATS_PER_LIMIT = 5;

export interface Heartbeat {
  stop(): void;
}

/** Whether the watchdog ended the last life: its file is gone although that life never ended by itself. */
export function wasHung(directory: string): boolean {
  return !existsSync(join(directory, ALIVE_FILE));
}

/**
 * Has the watchdog end this process when its event loop stands still for `limitMs`: Windows then starts the service
 * again. Work on other threads, however long it takes, doesn't hold up the event loop. Without a watchdog (or room for
 * its file) the client works on.
 */
export function beginHeartbeat(
  watchdog: Watchdog,
  directory: string,
  limitMs: number,
  log: Log,
): Heartbeat {
  const marker = join(directory, ALIVE_FILE);
  const mark = () => {
    writeFileSync(marker, `${process.pid}`, { mode: 0o600 });
  };
  try {
    mark();
    const heart = watchdog.start(marker, limitMs);
    const timer = setInterval(() => {
      heart.beat();
      if (existsSync(marker)) return;
      log.error('The client stood still for a long time, and goes on.', { limitMs });
      mark();
    }, limitMs / BEATS_PER_LIMIT).unref();
    return {
      stop: () => {
        clearInterval(timer);
        heart.stop();
        rmSync(marker, { force: true });
      },
    };
  } catch (error) {
    log.warn('Nobody watches whether the client stands still.', { error });
    return { stop: () => undefined };
  }
}
