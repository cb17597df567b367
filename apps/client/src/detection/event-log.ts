import * as z from 'zod';
import { type EventLog } from '../windows/windows';
import { EVENT_IDS, observationOf } from './event-meaning';
import { parseWindowsEvent } from './event-xml';
import { type DetectionReader, type Observation, type Reading } from './observation';

export const WINDOWS_UPDATE_PROVIDER = 'Microsoft-Windows-WindowsUpdateClient';
export const WINDOWS_UPDATE_CHANNELS = [
  'System',
  'Microsoft-Windows-WindowsUpdateClient/Operational',
] as const;

const bookmarkSchema = z.object({
  recordId: z.string().regex(/^\d{1,20}$/),
  /** When that record was made, ISO 8601. */
  at: z.iso.datetime(),
});
type Bookmark = z.infer<typeof bookmarkSchema>;

const LIMIT = 500;
/** Every so many empty readings it is checked whether the log was cleared: its numbers then begin again. */
const EMPTY_READINGS_BETWEEN_CHECKS = 20;

/** Reads one channel of the event log. */
export class EventLogReader implements DetectionReader {
  readonly name: string;
  private emptyReadings = 0;

  constructor(
    private readonly eventLog: EventLog,
    private readonly channel: string,
  ) {
    this.name = `event-log:${channel}`;
  }

  async read(bookmark: string | undefined, since: Date): Promise<Reading> {
    const known = bookmarkOf(bookmark);
    let records = await this.query(known ? { afterRecordId: BigInt(known.recordId) } : { since });
    const remarks: string[] = [];
    if (records.length === 0 && known && this.isCheckDue()) {
      records = await this.recordsAfterClearing(known);
      if (records.length > 0)
        remarks.push('The event log was cleared; it was read from its new start.');
    }
    if (records.length > 0) this.emptyReadings = 0;
    return this.understand(records, known, remarks);
  }

  private isCheckDue(): boolean {
    this.emptyReadings += 1;
    return this.emptyReadings % EMPTY_READINGS_BETWEEN_CHECKS === 1;
  }

  private query(from: { afterRecordId: bigint } | { since: Date }): Promise<readonly string[]> {
    return this.eventLog.query({
      channel: this.channel,
      provider: WINDOWS_UPDATE_PROVIDER,
      eventIds: EVENT_IDS,
      limit: LIMIT,
      ...from,
    });
  }

  /** Records that are younger than the last one although their number is not greater. */
  private async recordsAfterClearing(known: Bookmark): Promise<readonly string[]> {
    const recent = await this.query({ since: new Date(known.at) });
    const events = recent.map((xml) => ({ xml, event: parseWindowsEvent(xml) }));
    // The record itself is still there: nothing was cleared, at most the clock was set back.
    if (events.some(({ event }) => event?.recordId === BigInt(known.recordId))) return [];
    const last = new Date(known.at);
    return events.flatMap(({ xml, event }) => (event && event.at > last ? [xml] : []));
  }

  private understand(
    records: readonly string[],
    known: Bookmark | undefined,
    remarks: string[],
  ): Reading {
    const observations: Observation[] = [];
    let last = known;
    let unreadable = 0;
    for (const xml of records) {
      const event = parseWindowsEvent(xml);
      if (!event) {
        unreadable += 1;
        continue;
      }
      last = { recordId: String(event.recordId), at: event.at.toISOString() };
      const observation = observationOf(event, xml);
      if (observation) observations.push(observation);
    }
    if (unreadable > 0) remarks.push(`${unreadable} events could not be understood.`);
    const more = records.length === LIMIT && unreadable < records.length;
    return { observations, bookmark: last ? JSON.stringify(last) : '', more, remarks };
  }
}

function bookmarkOf(text: string | undefined): Bookmark | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return bookmarkSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
