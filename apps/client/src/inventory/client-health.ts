import { type Inventory } from '@fleetmend/client-protocol';
import { type Detection } from '../detection/detection';
import { type Outbox } from '../outbox/outbox';
import { readMetadata } from '../state/metadata';
import { StartLog } from '../state/start-log';
import { type State } from '../state/state';
import { type Directories } from '../windows/windows';
import { maybe, words } from './reading';

const MOST_SOURCES = 30;

export interface ClientHealthParts {
  readonly state: State;
  readonly outbox: Pick<Outbox, 'size' | 'rejectedCount' | 'dropped'>;
  readonly detection: Pick<Detection, 'sources'>;
  readonly directories: Pick<Directories, 'measure'>;
  readonly dataDirectory: string;
  readonly startedAt: Date;
}

/** How the client itself is, as far as it can tell. */
export async function clientHealthOf(parts: ClientHealthParts): Promise<Inventory['client']> {
  const { state, outbox, detection, directories, dataDirectory, startedAt } = parts;
  const unasked = new StartLog(dataDirectory).unasked();
  const unavailable = detection.sources().filter(({ available }) => !available);
  return {
    startedAt: startedAt.toISOString(),
    waitingReports: await maybe(() => outbox.size()),
    rejectedReports: await maybe(() => outbox.rejectedCount()),
    droppedReports: await maybe(() => someOf(outbox.dropped())),
    unavailableSources: unavailable.slice(0, MOST_SOURCES).map(({ name, message }) => ({
      name: words(name, 100) ?? 'unnamed',
      message: words(message, 300) ?? '',
    })),
    dataBytes: (await maybe(() => directories.measure(dataDirectory)))?.bytes,
    damagedState: words(await maybe(() => readMetadata(state, 'damaged-state')), 500),
    unexpectedEnds: unasked.count,
    lastUnexpectedEndAt: unasked.lastAt?.toISOString(),
    lastUnexpectedEndReason: words(unasked.lastWhy, 300),
  };
}

/** Nothing where nothing was given up. */
function someOf(dropped: ReturnType<Outbox['dropped']>) {
  return dropped.length > 0 ? [...dropped] : undefined;
}
