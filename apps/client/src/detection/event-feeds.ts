import { type EventFilter } from '../windows/windows';
import { dataStoreObservationOf } from './esent-meaning';
import { EVENT_IDS, observationOf } from './event-meaning';
import { type WindowsEvent } from './event-xml';
import { type Clue, type Observation } from './observation';
import { servicingClueOf } from './servicing-meaning';

/** A part of the event log that tells of updates, and what its records mean. */
export interface EventFeed extends EventFilter {
  readonly observe?: (event: WindowsEvent, xml: string) => Observation | undefined;
  readonly clue?: (event: WindowsEvent, xml: string) => Clue | undefined;
}

const UPDATE_CLIENT = {
  provider: 'Microsoft-Windows-WindowsUpdateClient',
  eventIds: EVENT_IDS,
  observe: observationOf,
} as const;

/** Every part of the event log that is read. */
export const EVENT_FEEDS: readonly EventFeed[] = [
  { channel: 'System', ...UPDATE_CLIENT },
  { channel: 'Microsoft-Windows-WindowsUpdateClient/Operational', ...UPDATE_CLIENT },
  {
    channel: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    eventIds: [3],
    clue: servicingClueOf,
  },
  {
    channel: 'Application',
    provider: 'ESENT',
    eventIds: [],
    errorsOnly: true,
    observe: dataStoreObservationOf,
  },
];
