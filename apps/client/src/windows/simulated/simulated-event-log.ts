import { type EventFilter, type EventLog, type EventQuery } from '../windows';
import { type Faults } from './faults';

/** A record of the simulated event log. */
export interface SimulatedEvent {
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordId: bigint;
  readonly createdAt: Date;
  /** The whole event as Windows renders it. */
  readonly xml: string;
}

const ERROR_LEVEL = /<Level>[12]<\/Level>/;

/** An event log over `events`, which specs add to or clear. */
export function simulatedEventLog(faults: Faults, events: readonly SimulatedEvent[]): EventLog {
  const passes = (filter: EventFilter) => (event: SimulatedEvent) =>
    event.channel === filter.channel &&
    event.provider === filter.provider &&
    (filter.eventIds.length === 0 || filter.eventIds.includes(event.eventId)) &&
    (filter.errorsOnly !== true || ERROR_LEVEL.test(event.xml));
  const matches = (query: EventQuery) => (event: SimulatedEvent) =>
    passes(query)(event) &&
    (query.afterRecordId === undefined || event.recordId > query.afterRecordId) &&
    (query.since === undefined || event.createdAt >= query.since);
  return {
    query: (query) =>
      faults.perform('event-log', query.channel, () =>
        events
          .filter(matches(query))
          .sort((a, b) => Number(a.recordId - b.recordId))
          .slice(0, query.limit)
          .map((event) => event.xml),
      ),
    record: (channel, which) =>
      faults.perform('event-log', channel, () => {
        const all = events.filter((event) => event.channel === channel);
        return which === 'newest'
          ? all.reduce<SimulatedEvent | undefined>(
              (best, one) => (best && best.recordId > one.recordId ? best : one),
              undefined,
            )?.xml
          : all.find(({ recordId }) => recordId === which)?.xml;
      }),
    subscribe: (filter) =>
      faults.perform('subscribe', filter.channel, () => {
        const matching = () => events.filter(passes(filter)).length;
        let told = matching();
        return {
          hasNews: () =>
            faults.perform('subscription', filter.channel, () => {
              const before = told;
              told = matching();
              return told !== before;
            }),
          close: () => Promise.resolve(),
        };
      }),
  };
}
