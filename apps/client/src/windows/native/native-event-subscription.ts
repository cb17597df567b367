import { type EventFilter, type EventSubscription, Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';

const FUTURE_EVENTS = 1;
const MANUAL_RESET = 1;
const SIGNALLED = 0;
const BATCH = 64;
const BATCHES = 200;
const WAIT_MS = 1_000;
const NO_MORE_ITEMS = 259;

type Subscribe = [null, Pointer, string, string, null, null, null, number];

/**
 * Subscriptions in their pull form: Windows sets an event object, and `hasNews` looks at it without waiting. So
 * Windows never calls into this process on a thread of its own, and no thread stands still for as long as nothing
 * happens: the few that Node has for such work are needed elsewhere.
 */
export class NativeSubscriptions {
  private readonly createEvent: NativeFunction<[null, number, number, null], Pointer>;
  private readonly resetEvent: NativeFunction<[Pointer], number>;
  private readonly wait: NativeFunction<[Pointer, number], number>;
  private readonly closeHandle: NativeFunction<[Pointer], number>;
  private readonly next: NativeFunction<[Pointer, number, Buffer, number, number, Buffer], number>;
  private readonly close: NativeFunction<[Pointer | bigint], number>;
  /** Undefined where wevtapi doesn't have it. */
  private readonly subscribe: NativeFunction<Subscribe, Pointer> | undefined;

  constructor(private readonly bridge: Bridge) {
    this.createEvent = bridge.bind(
      'kernel32',
      'void *CreateEventW(void *security, int manual, int initial, void *name)',
    );
    this.resetEvent = bridge.bind('kernel32', 'int ResetEvent(void *event)');
    this.wait = bridge.bind('kernel32', 'uint32 WaitForSingleObject(void *object, uint32 time)');
    this.closeHandle = bridge.bind('kernel32', 'int CloseHandle(void *object)');
    this.next = bridge.bind(
      'wevtapi',
      'int EvtNext(void *results, uint32 count, void *events, uint32 timeout, uint32 flags, void *returned)',
    );
    this.close = bridge.bind('wevtapi', 'int EvtClose(void *handle)');
    this.subscribe = optional(() =>
      bridge.bind(
        'wevtapi',
        'void *EvtSubscribe(void *session, void *signal, str16 path, str16 query, void *bookmark, void *context, void *callback, uint32 flags)',
      ),
    );
  }

  /** `query` is the filter in the event log's own language. Throws {@link Unavailable}. */
  async open({ channel }: EventFilter, query: string): Promise<EventSubscription> {
    const what = `a subscription to the event log ${channel}`;
    if (!this.subscribe) throw new Unavailable(what, 'this Windows has none');
    const signal = this.createEvent(null, MANUAL_RESET, 0, null);
    if (signal === null) throw this.bridge.error('CreateEvent');
    const values = [null, signal, channel, query, null, null, null, FUTURE_EVENTS] as const;
    let handle = await inBackground(this.subscribe, ...values);
    if (handle === null) {
      // The error belongs to the thread that made the call: only a second call, on this one, can be asked for it.
      this.bridge.clearError();
      handle = this.subscribe(...values);
    }
    if (handle === null) {
      const reason = this.bridge.error('EvtSubscribe').message;
      this.closeHandle(signal);
      throw new Unavailable(what, reason);
    }
    return this.subscription(handle, signal);
  }

  private subscription(handle: Pointer, signal: Pointer): EventSubscription {
    // Both handles are used by calls in the background, and must not be closed before these have come back.
    let busy: Promise<unknown> = Promise.resolve();
    let isOpen = true;
    return {
      hasNews: async () => {
        if (!isOpen || this.wait(signal, 0) !== SIGNALLED) return false;
        // First reset, then emptied: what comes in between sets it again.
        this.resetEvent(signal);
        const emptied = this.empty(handle);
        busy = emptied.catch(() => undefined);
        await emptied;
        return true;
      },
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        await busy;
        await inBackground(this.close, handle);
        this.closeHandle(signal);
      },
    };
  }

  /** Takes out what the subscription holds: it says nothing more before that. */
  private async empty(handle: Pointer): Promise<void> {
    const events = Buffer.alloc(BATCH * 8);
    const returned = Buffer.alloc(4);
    const values = [handle, BATCH, events, WAIT_MS, 0, returned] as const;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      if ((await inBackground(this.next, ...values)) === 0 && this.next(...values) === 0) {
        const code = this.bridge.lastError();
        if (code === NO_MORE_ITEMS) return;
        throw this.bridge.error('EvtNext', code);
      }
      for (let index = 0; index < returned.readUInt32LE(0); index += 1)
        this.close(events.readBigUInt64LE(index * 8));
    }
  }
}

function optional<T>(bind: () => T): T | undefined {
  try {
    return bind();
  } catch {
    return undefined;
  }
}
