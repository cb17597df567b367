import { stat } from 'node:fs/promises';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Detection } from './detection';
import { type EventWatch } from './event-watch';

/**
 * How often is looked for news. A watch would hold the folder open, which the reset renames; a look costs nothing.
 */
const LOOK_MS = 500;
/** How often all is read where Windows itself says what is new: what no nudge tells of is found then. */
const SAFETY_MS = 5 * 60_000;
/** Where it does, files are looked at with every so many looks: they mostly repeat what the event log said. */
const LOOKS_BETWEEN_FILES = 4;

/** What tells that there is something to read. */
export interface WatchedThings {
  readonly events: Pick<EventWatch, 'renew' | 'hasNews' | 'close'>;
  readonly files: readonly string[];
}

/** Has all sources read when the event log or a file has news, and every so often in any case. */
export class Watcher {
  private seen = '';
  private isLive = false;

  constructor(
    private readonly detection: Pick<Detection, 'poll'>,
    private readonly watched: WatchedThings,
    private readonly pollMs: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Runs until `stop`. Never rejects: what can't be written now is read again later. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      // Both before reading, so that what comes meanwhile is news.
      this.isLive = await this.watched.events.renew();
      this.seen = await this.look();
      try {
        await this.detection.poll();
      } catch (error) {
        this.log.error('What was detected could not be kept. It is read again.', { error });
      }
      await this.untilDue(stop);
    }
    await this.watched.events.close();
  }

  private async untilDue(stop: AbortSignal): Promise<void> {
    const dueMs = this.isLive ? Math.max(this.pollMs, SAFETY_MS) : this.pollMs;
    const lookMs = Math.min(LOOK_MS, this.pollMs);
    let looks = 0;
    for (let waited = 0; waited < dueMs && !stop.aborted; waited += lookMs) {
      await this.clock.sleep(lookMs, stop);
      looks += 1;
      if (await this.hasNews(looks)) {
        // Windows writes one failure into several places, one after the other: they are best read together.
        await this.clock.sleep(lookMs, stop);
        return;
      }
    }
  }

  private async hasNews(looks: number): Promise<boolean> {
    if (await this.watched.events.hasNews()) return true;
    if (this.isLive && looks % LOOKS_BETWEEN_FILES !== 0) return false;
    return (await this.look()) !== this.seen;
  }

  /** Size, age and identity of the files, as one text. */
  private async look(): Promise<string> {
    const looks = this.watched.files.map(async (path) => {
      try {
        const { size, mtimeMs, ino } = await stat(path);
        return `${ino} ${size} ${mtimeMs}`;
      } catch {
        return '';
      }
    });
    return (await Promise.all(looks)).join('|');
  }
}
