import { type Log, reasonOf } from '../log';
import { type EventFilter, type EventLog, type EventSubscription } from '../windows/windows';

/**
 * Has Windows say when the event log has something new. That is a nudge and no more: what there is, is read by the
 * numbers of its records, so that nothing depends on a subscription that was late, told twice or went silent.
 */
export class EventWatch {
  private readonly subscriptions = new Map<EventFilter, EventSubscription>();
  private readonly refusals = new Map<EventFilter, string>();

  constructor(
    private readonly eventLog: Pick<EventLog, 'subscribe'>,
    private readonly filters: readonly EventFilter[],
    private readonly log: Log,
  ) {}

  /** Subscribes to what isn't subscribed to. True when Windows says all that is new. */
  async renew(): Promise<boolean> {
    for (const filter of this.filters) {
      if (this.subscriptions.has(filter)) continue;
      try {
        this.subscriptions.set(filter, await this.eventLog.subscribe(filter));
        this.refusals.delete(filter);
      } catch (error) {
        this.refused(filter, error);
      }
    }
    return this.refusals.size === 0;
  }

  /** Whether anything is new since the last question. A subscription that broke is news, too: it may have missed some. */
  async hasNews(): Promise<boolean> {
    let found = false;
    for (const [filter, subscription] of this.subscriptions) {
      try {
        if (await subscription.hasNews()) found = true;
      } catch (error) {
        this.refused(filter, error);
        this.subscriptions.delete(filter);
        await subscription.close().catch(() => undefined);
        found = true;
      }
    }
    return found;
  }

  async close(): Promise<void> {
    for (const subscription of this.subscriptions.values())
      await subscription.close().catch(() => undefined);
    this.subscriptions.clear();
  }

  private refused(filter: EventFilter, error: unknown): void {
    const reason = reasonOf(error);
    if (this.refusals.get(filter) === reason) return;
    this.refusals.set(filter, reason);
    this.log.warn('The event log is not told live; it is read now and then.', {
      channel: filter.channel,
      reason,
    });
  }
}
