import * as z from 'zod';
import { type EventLog, type EventQuery } from '../windows/windows';
import { type EventFeed } from './event-feeds';
import { parseWindowsEvent } from './event-xml';
import { parseBookmark } from './log-follower';
import { type Clue, type DetectionReader, type Observation, type Reading } from './observation';

const bookmarkSchema = z.object({
  recordId: z.string().regex(/^\d{1,20}$/),
  /** When that record was made, ISO 8601. */
  at: z.iso.datetime(),
});
type Bookmark = z.infer<typeof bookmarkSchema>;

const LIMIT = 500;

/** Reads one feed of the event log, by the numbers of its records. */
export class EventLogReader implements DetectionReader {
  readonly name: string;
  private isFirstReading = true;

  constructor(
    private readonly eventLog: EventLog,
    private readonly feed: EventFeed,
  ) {
    this.name = `event-log:${feed.channel}`;
  }

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const known = parseBookmark(bookmarkSchema, bookmark);
    const newest = positionOf(await this.eventLog.record(this.feed.channel, 'newest'));
    // Most of the time: asking for one record is cheap, asking for those of a provider reads through the log.
    if (newest && isSame(newest, known)) return nothing(bookmark);
    const remarks: string[] = [];
    const isAnew = known !== undefined && (await this.beganAnew(known, newest));
    if (isAnew) remarks.push('The event log was cleared; it was read from its new start.');
    const records = await this.query(
      known && !isAnew ? { afterRecordId: BigInt(known.recordId) } : { since },
    );
    this.isFirstReading = false;
    return this.understand(records, isAnew ? undefined : known, newest, remarks);
  }

  private query(some: Partial<EventQuery>): Promise<readonly string[]> {
    const { channel, provider, eventIds, errorsOnly } = this.feed;
    return this.eventLog.query({ channel, provider, eventIds, errorsOnly, limit: LIMIT, ...some });
  }

  /**
   * Whether the log was cleared since. Its numbers then begin again, the only time that they go down. While the client
   * was away they may have passed the bookmark already: then another record has its number.
   */
  private async beganAnew(known: Bookmark, newest: Bookmark | undefined): Promise<boolean> {
    if (!newest) return false;
    if (BigInt(newest.recordId) < BigInt(known.recordId)) return true;
    if (!this.isFirstReading) return false;
    const { channel } = this.feed;
    const sameNumber = positionOf(await this.eventLog.record(channel, BigInt(known.recordId)));
    return sameNumber !== undefined && !isSame(sameNumber, known);
  }

  private understand(
    records: readonly string[],
    known: Bookmark | undefined,
    newest: Bookmark | undefined,
    remarks: string[],
  ): Reading {
    const observations: Observation[] = [];
    const clues: Clue[] = [];
    let last = known;
    let unreadable = 0;
    for (const xml of records) {
      const event = parseWindowsEvent(xml);
      if (!event) {
        unreadable += 1;
        continue;
      }
      last = { recordId: String(event.recordId), at: event.at.toISOString() };
      const observation = this.feed.observe?.(event, xml);
      if (observation) observations.push(observation);
      const clue = this.feed.clue?.(event, xml);
      if (clue) clues.push(clue);
    }
    if (unreadable > 0) remarks.push(`${unreadable} events could not be understood.`);
    const more = records.length === LIMIT && unreadable < records.length;
    // All was read: the next reading need not go through what others have written up to here.
    if (!more && newest && (!last || BigInt(last.recordId) < BigInt(newest.recordId)))
      last = newest;
    return { observations, clues, bookmark: last ? JSON.stringify(last) : '', more, remarks };
  }
}

function nothing(bookmark: string | undefined): Reading {
  return { observations: [], bookmark: bookmark ?? '', more: false, remarks: [] };
}

function positionOf(xml: string | undefined): Bookmark | undefined {
  const event = xml === undefined ? undefined : parseWindowsEvent(xml);
  return event && { recordId: String(event.recordId), at: event.at.toISOString() };
}

function isSame(one: Bookmark, other: Bookmark | undefined): boolean {
  return one.recordId === other?.recordId && one.at === other.at;
}
