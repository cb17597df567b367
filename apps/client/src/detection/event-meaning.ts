import { normaliseErrorCode, type Phase } from '@fleetmend/domain';
import { type WindowsEvent } from './event-xml';
import { type Observation, recordText } from './observation';
import { updateIdentity, updateKindOf, updateSourceOf } from './update-identity';

/** What the events of provider Microsoft-Windows-WindowsUpdateClient tell, by id. */
const FAILURES: Readonly<Record<number, Phase>> = {
  20: 'install',
  24: 'unknown',
  25: 'scan',
  31: 'download',
  34: 'unknown',
  35: 'unknown',
  213: 'unknown',
  217: 'install',
};
const SUCCESSES: Readonly<Record<number, Phase>> = { 19: 'install', 26: 'scan', 41: 'download' };

/** Every id that is asked for. */
export const EVENT_IDS = [...Object.keys(FAILURES), ...Object.keys(SUCCESSES)].map(Number);

const NO_ERROR = '0x00000000';

/** What an event tells of an update; nothing when it tells of none. */
export function observationOf(event: WindowsEvent, xml: string): Observation | undefined {
  const failed = FAILURES[event.eventId];
  const phase = failed ?? SUCCESSES[event.eventId];
  if (phase === undefined) return undefined;
  const code = failed && normaliseErrorCode(event.data.get('errorcode') ?? '');
  if (failed && (code === undefined || code === NO_ERROR)) return undefined;
  const updateSource = updateSourceOf(event.data.get('serviceguid'));
  const update = updateIdentity({
    id: event.data.get('updateguid'),
    revision: event.data.get('updaterevisionnumber'),
    title: event.data.get('updatetitle') ?? event.data.get('updatelist'),
  });
  return {
    source: 'event-log',
    outcome: failed ? 'failure' : 'success',
    code,
    phase,
    update,
    updateKind: updateKindOf(update, updateSource) ?? (phase === 'scan' ? 'windows' : undefined),
    updateSource,
    at: event.at,
    record: recordText(xml),
  };
}
