import {
  type EventFilter,
  type EventLog,
  type EventQuery,
  type EventSubscription,
  Unavailable,
} from '../windows';
import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';
import { NativeSubscriptions } from './native-event-subscription';

const CHANNEL_PATH = 0x1;
const FORWARD = 0x100;
const REVERSE = 0x200;
const RENDER_XML = 1;
const BATCH = 64;
const WAIT_MS = 5_000;
const NO_MORE_ITEMS = 259;
const INSUFFICIENT_BUFFER = 122;
const LARGEST_EVENT = 1_048_576;

/** The event log through wevtapi, which gives Unicode XML and needs no other process. */
export class NativeEventLog implements EventLog {
  private readonly open: NativeFunction<[null, string, string, number], Pointer>;
  private readonly next: NativeFunction<[Pointer, number, Buffer, number, number, Buffer], number>;
  private readonly render: NativeFunction<
    [null, bigint, number, number, Buffer, Buffer, Buffer],
    number
  >;
  private readonly close: NativeFunction<[Pointer], number>;
  private readonly subscriptions: NativeSubscriptions;

  constructor(private readonly bridge: Bridge) {
    this.open = bridge.bind(
      'wevtapi',
      'void *EvtQuery(void *session, str16 path, str16 query, uint32 flags)',
    );
    this.next = bridge.bind(
      'wevtapi',
      'int EvtNext(void *results, uint32 count, void *events, uint32 timeout, uint32 flags, void *returned)',
    );
    this.render = bridge.bind(
      'wevtapi',
      'int EvtRender(void *context, void *event, uint32 flags, uint32 size, void *buffer, void *used, void *count)',
    );
    this.close = bridge.bind('wevtapi', 'int EvtClose(void *handle)');
    this.subscriptions = new NativeSubscriptions(bridge);
  }

  async query(query: EventQuery): Promise<readonly string[]> {
    const what = `the event log ${query.channel}`;
    const { channel, limit } = query;
    return this.read(what, await this.resultsOf(what, channel, xpath(query), FORWARD), limit);
  }

  async record(channel: string, which: 'newest' | bigint): Promise<string | undefined> {
    const what = `the event log ${channel}`;
    const wanted = which === 'newest' ? '*' : `*[System[EventRecordID=${which}]]`;
    const [found] = await this.read(what, await this.resultsOf(what, channel, wanted, REVERSE), 1);
    return found;
  }

  private async read(what: string, results: Pointer, limit: number): Promise<readonly string[]> {
    const found: string[] = [];
    try {
      while (found.length < limit) {
        const handles = await this.nextOf(what, results, Math.min(BATCH, limit - found.length));
        if (handles.length === 0) break;
        for (const handle of handles) {
          try {
            found.push(this.xmlOf(handle));
          } finally {
            this.close(handle);
          }
        }
      }
    } finally {
      this.close(results);
    }
    return found;
  }

  subscribe(filter: EventFilter): Promise<EventSubscription> {
    return this.subscriptions.open(filter, xpath(filter));
  }

  /** In the background, for the service may be busy. Its error is asked for by calling again. */
  private async resultsOf(
    what: string,
    channel: string,
    query: string,
    direction: number,
  ): Promise<Pointer> {
    const values = [null, channel, query, CHANNEL_PATH | direction] as const;
    const results = await inBackground(this.open, ...values);
    if (results !== null) return results;
    this.bridge.clearError();
    const again = this.open(...values);
    if (again === null) throw new Unavailable(what, this.bridge.error('EvtQuery').message);
    return again;
  }

  /** In the background, for a large log takes its time. Its error is asked for by calling again: see the end of a log. */
  private async nextOf(what: string, results: Pointer, count: number): Promise<readonly bigint[]> {
    const handles = Buffer.alloc(count * 8);
    const returned = Buffer.alloc(4);
    const values = [results, count, handles, WAIT_MS, 0, returned] as const;
    if ((await inBackground(this.next, ...values)) === 0 && this.next(...values) === 0) {
      const code = this.bridge.lastError();
      if (code !== NO_MORE_ITEMS)
        throw new Unavailable(what, this.bridge.error('EvtNext', code).message);
      return [];
    }
    return Array.from({ length: returned.readUInt32LE(0) }, (_, index) =>
      handles.readBigUInt64LE(index * 8),
    );
  }

  private xmlOf(event: bigint): string {
    const used = Buffer.alloc(4);
    for (let capacity = 16_384; ; capacity = used.readUInt32LE(0)) {
      if (capacity > LARGEST_EVENT) throw this.bridge.error('EvtRender', INSUFFICIENT_BUFFER);
      const buffer = Buffer.alloc(capacity);
      if (this.render(null, event, RENDER_XML, capacity, buffer, used, Buffer.alloc(4)) !== 0) {
        return buffer.toString('utf16le', 0, used.readUInt32LE(0)).replace(/\0[^]*$/, '');
      }
      const code = this.bridge.lastError();
      if (code !== INSUFFICIENT_BUFFER || used.readUInt32LE(0) <= capacity)
        throw this.bridge.error('EvtRender', code);
    }
  }
}

/** The query in the event log's own language. Throws on names that could change its meaning. */
export function xpath(query: Omit<EventQuery, 'channel' | 'limit'>): string {
  if (!/^[\w .-]+$/.test(query.provider))
    throw new Error(`"${query.provider}" is no name of a provider.`);
  const conditions = [`Provider[@Name='${query.provider}']`];
  if (query.eventIds.length > 0)
    conditions.push(`(${query.eventIds.map((id) => `EventID=${id}`).join(' or ')})`);
  if (query.errorsOnly) conditions.push('(Level=1 or Level=2)');
  if (query.afterRecordId !== undefined) conditions.push(`EventRecordID>${query.afterRecordId}`);
  if (query.since !== undefined)
    conditions.push(`TimeCreated[@SystemTime>='${query.since.toISOString()}']`);
  return `*[System[${conditions.join(' and ')}]]`;
}
