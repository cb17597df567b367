import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Clock } from '../clock';
import { type UpdateHistory, type UpdateHistoryEntry } from '../windows/update-history';
import { historyObservationOf, isUnfinished } from './history-entry';
import { parseBookmark } from './log-follower';
import { type DetectionReader, type Reading } from './observation';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often the history is asked when nothing points to it. */
const ROUTINE_MS = 6 * HOUR_MS;
/** Never more often than this, whatever points to it. */
const SHORTEST_MS = MINUTE_MS;
/** Windows writes its entry a little after the event: asked once more after a hint. */
const AFTERTHOUGHT_MS = 2 * MINUTE_MS;
/** Entries are read again from here on: they may get their result later, and dates may be equal. */
const OVERLAP_MS = HOUR_MS;
/** What has been in progress for longer than this was interrupted for good. */
const LONGEST_INSTALLATION_MS = 3 * DAY_MS;

const PAGE = 50;
const MOST_ENTRIES = 2_000;

const bookmarkSchema = z.object({
  /** Date of the newest entry that needs not be read again. */
  at: z.iso.datetime(),
  /** Entries from the overlap on that were read already, as digests. */
  read: z.array(z.string()),
});

/**
 * Reads Windows' update history (COM). Each question starts a part of Windows Update and costs time, so it is asked
 * when other sources have news, and a few times a day.
 */
export class UpdateHistoryReader implements DetectionReader {
  readonly name = 'update-history';
  private dueAt = 0;
  private isHinted = false;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly history: UpdateHistory,
    private readonly clock: Clock,
  ) {}

  expectNews(): void {
    this.isHinted = true;
  }

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const now = this.clock.now();
    const unchanged = { observations: [], bookmark: bookmark ?? '', more: false, remarks: [] };
    if (bookmark !== undefined && !this.isDue(now.getTime())) return unchanged;
    const known = parseBookmark(bookmarkSchema, bookmark);
    const knownAt = known ? new Date(known.at) : undefined;
    // A bookmark from the future was written while the clock was wrong; what follows has smaller dates.
    const isUsable = knownAt !== undefined && knownAt.getTime() <= now.getTime() + DAY_MS;
    const from = isUsable ? new Date(Math.max(knownAt.getTime() - OVERLAP_MS, +since)) : since;

    const { entries, isCut } = await this.entriesFrom(from);
    this.plan(now.getTime());
    const read = new Set(isUsable ? known?.read : []);
    const observations = entries
      .filter((entry) => !read.has(digestOf(entry)))
      .map(historyObservationOf)
      .filter((one) => one !== undefined)
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    const at = bookmarkDate(entries, isUsable ? knownAt : since, now);
    const overlap = at.getTime() - OVERLAP_MS;
    const next: z.infer<typeof bookmarkSchema> = {
      at: at.toISOString(),
      read: entries.filter(({ date }) => date && date.getTime() >= overlap).map(digestOf),
    };
    return {
      observations,
      bookmark: JSON.stringify(next),
      more: false,
      remarks: isCut ? [`Only the newest ${MOST_ENTRIES} entries were read.`] : [],
    };
  }

  /** A clock that was set back must not silence the history for years. */
  private isDue(now: number): boolean {
    const waited = now - this.askedAt;
    if (waited < 0) return true;
    return waited >= SHORTEST_MS && (this.isHinted || now >= this.dueAt);
  }

  /** Asked because of a hint: once more soon. Otherwise: when it is routine again. */
  private plan(now: number): void {
    this.askedAt = now;
    this.dueAt = now + (this.isHinted ? AFTERTHOUGHT_MS : ROUTINE_MS);
    this.isHinted = false;
  }

  /** Entries from a date on, the newest first. */
  private async entriesFrom(
    from: Date,
  ): Promise<{ entries: readonly UpdateHistoryEntry[]; isCut: boolean }> {
    const entries: UpdateHistoryEntry[] = [];
    for (let start = 0; start < MOST_ENTRIES; start += PAGE) {
      const page = await this.history.entries(start, PAGE);
      entries.push(...page.filter(({ date }) => date !== undefined && date >= from));
      const isPast = page.some(({ date }) => date !== undefined && date < from);
      if (page.length < PAGE || isPast) return { entries, isCut: false };
    }
    return { entries, isCut: true };
  }
}

/** The newest date, but not past an entry that still waits for its result. */
function bookmarkDate(entries: readonly UpdateHistoryEntry[], before: Date, now: Date): Date {
  const times = (some: readonly UpdateHistoryEntry[]) =>
    some.flatMap(({ date }) => (date ? [date.getTime()] : []));
  const newest = Math.max(before.getTime(), ...times(entries));
  const unfinished = times(entries.filter(isUnfinished)).filter(
    (time) => time > now.getTime() - LONGEST_INSTALLATION_MS,
  );
  return new Date(Math.min(newest, ...unfinished));
}

function digestOf(entry: UpdateHistoryEntry): string {
  return createHash('sha256').update(JSON.stringify(entry)).digest('base64').slice(0, 16);
}
