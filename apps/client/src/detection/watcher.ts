import { stat } from 'node:fs/promises';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Detection } from './detection';

/**
 * How often the file is looked at. A watch would hold the folder open, which the reset renames; a look costs nothing.
 */
const LOOK_MS = 500;

/** Has all sources read when ReportingEvents.log has changed, and every so often in any case. */
export class Watcher {
  private seen = '';

  constructor(
    private readonly detection: Pick<Detection, 'poll'>,
    private readonly path: string,
    private readonly pollMs: number,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Runs until `stop`. Never rejects: what can't be written now is read again later. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.seen = await this.look();
      try {
        await this.detection.poll();
      } catch (error) {
        this.log.error('What was detected could not be kept. It is read again.', { error });
      }
      await this.untilDue(stop);
    }
  }

  private async untilDue(stop: AbortSignal): Promise<void> {
    const lookMs = Math.min(LOOK_MS, this.pollMs);
    for (let waited = 0; waited < this.pollMs && !stop.aborted; waited += lookMs) {
      await this.clock.sleep(lookMs, stop);
      if ((await this.look()) !== this.seen) return;
    }
  }

  /** Size, age and identity of the file, as one text. */
  private async look(): Promise<string> {
    try {
      const { size, mtimeMs, ino } = await stat(this.path);
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      return '';
    }
  }
}
