import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** Beside the state, so that a broken state doesn't make the client forget that it keeps dying. */
export const START_LOG_FILE = 'client.starts';

const KEPT_STARTS = 20;
/** Deaths within that time count. */
const WINDOW_MS = 3_600_000;
/** From so many deaths on the client holds back. */
const TOLERATED_DEATHS = 3;
const FIRST_QUIET_MS = 60_000;
const LONGEST_QUIET_MS = 30 * 60_000;

/** The last moment that a Date can hold. */
const LATEST_MS = 8.64e15;
const WITHOUT_A_WORD = 'It ended without a word: it crashed or was killed.';

const startsSchema = z.array(
  z.object({
    at: z.number().min(0).max(LATEST_MS),
    /** Missing: it died. `hung`: the watchdog ended it. `failed`: it gave up by itself. */
    end: z.enum(['asked', 'failed', 'hung']).optional(),
    why: z.string().optional(),
  }),
);
type Start = z.infer<typeof startsSchema>[number];

/** How the lives before this one went. */
export interface PastLives {
  /** Deaths and failures within the last hour, without restarts of the machine. */
  readonly deaths: number;
  /** The last life ended without a word. */
  readonly lastDied: boolean;
  /** How the last life ended, when not as it was asked to. */
  readonly lastEnd: string | undefined;
  /** For so long nothing is begun that may have been the cause: 0 unless the client keeps dying. */
  readonly quietMs: number;
}

/** The log of one folder. A file that can't be read or written (full disk) counts as none: nothing fails for it. */
export class StartLog {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, START_LOG_FILE);
  }

  /**
   * What is known of earlier lives. `uptimeMs` tells deaths from restarts of the machine; the last life isn't over yet
   * when `isAlive`.
   */
  past(now: Date, uptimeMs: number, isAlive = false): PastLives {
    const bootedAt = now.getTime() - uptimeMs;
    const starts = this.read();
    const over = isAlive && starts.at(-1)?.end === undefined ? starts.slice(0, -1) : starts;
    const recent = over.filter(
      ({ at, end }) =>
        end !== 'asked' && at > now.getTime() - WINDOW_MS && at <= now.getTime() && at > bootedAt,
    );
    const deaths = recent.length;
    const last = recent.at(-1);
    return {
      deaths,
      lastDied: last !== undefined && last.end === undefined,
      lastEnd: last && (last.why ?? WITHOUT_A_WORD),
      quietMs:
        deaths < TOLERATED_DEATHS
          ? 0
          : Math.min(FIRST_QUIET_MS * 2 ** (deaths - TOLERATED_DEATHS), LONGEST_QUIET_MS),
    };
  }

  /** How many of the lives that are remembered ended unasked, and when and why that was last noticed. */
  unasked(): { readonly count: number; readonly lastAt?: Date; readonly lastWhy?: string } {
    const starts = this.read();
    // The last one is the life in hand.
    const ended = starts.slice(0, -1).map((start, index) => ({ start, next: starts[index + 1] }));
    const unasked = ended.filter(({ start }) => start.end !== 'asked');
    const last = unasked.at(-1);
    if (!last?.next) return { count: 0 };
    return {
      count: unasked.length,
      lastAt: new Date(last.next.at),
      lastWhy: last.start.why ?? WITHOUT_A_WORD,
    };
  }

  /** A life begins. */
  begin(now: Date): void {
    this.write([...this.read(), { at: now.getTime() }]);
  }

  /** The life in hand, or the last one, ends. */
  end(end: NonNullable<Start['end']>, why?: string): void {
    const starts = this.read();
    const last = starts.pop();
    if (last) this.write([...starts, { at: last.at, end, why }]);
  }

  private read(): Start[] {
    try {
      return startsSchema.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch {
      return [];
    }
  }

  private write(starts: readonly Start[]): void {
    const fresh = `${this.path}.new`;
    try {
      writeFileSync(fresh, JSON.stringify(starts.slice(-KEPT_STARTS)), { mode: 0o600 });
      renameSync(fresh, this.path);
    } catch {
      rmSync(fresh, { force: true });
    }
  }
}
