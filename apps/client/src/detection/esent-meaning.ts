import { normaliseErrorCode } from '@fleetmend/domain';
import { type WindowsEvent } from './event-xml';
import { type Observation, recordText } from './observation';

/** The instance of the database engine that holds Windows Update's own database, DataStore.edb. */
const DATA_STORE = /^SUS20ClientDataStore\b/;
/** "-546 (0xfffffdde)", "error -1032": errors of the engine are negative and short. */
const ENGINE_ERROR = /(?:^|\s)-(\d{1,4})(?:\s*\(0x[0-9a-f]{8}\)|\.|$)/i;
const VERSION_STORE_FULL = { eventId: 623, error: 1069 } as const;

/**
 * What an error of the database engine (provider ESENT) tells: Windows Update's database is damaged, or can't be
 * opened. It tells of no update, and what it keeps from working is the scan, so it counts as one that failed; the next
 * scan that ends well closes it. Only errors are asked for: 636, 640 and the like are warnings that follow every new
 * version.
 */
export function dataStoreObservationOf(event: WindowsEvent, xml: string): Observation | undefined {
  const values = [...event.values, ...event.data.values()].map((value) => value.trim());
  if (!values.some((value) => DATA_STORE.test(value))) return undefined;
  const error =
    event.eventId === VERSION_STORE_FULL.eventId
      ? VERSION_STORE_FULL.error
      : Number(values.map((value) => ENGINE_ERROR.exec(value)?.[1]).find((found) => found) ?? 0);
  if (error === 0) return undefined;
  return {
    source: 'esent',
    outcome: 'failure',
    // How Windows Update itself writes them: -546 is 0xC8000222.
    code: normaliseErrorCode(0xc800_0000 + error),
    phase: 'scan',
    update: {},
    updateKind: 'windows',
    updateSource: 'unknown',
    at: event.at,
    record: recordText(xml),
  };
}
