import { normaliseErrorCode, type UpdateSource } from '@fleetmend/domain';
import { type UpdateHistoryEntry } from '../windows/update-history';
import { type Observation, recordText } from './observation';
import { updateIdentity, updateKindOf, updateSourceOf } from './update-identity';

const INSTALLATION = 1;
const RESULT = { notStarted: 0, inProgress: 1, succeeded: 2, withErrors: 3, failed: 4, aborted: 5 };
const NO_ERROR = '0x00000000';
const SELECTED: Readonly<Record<number, UpdateSource>> = { 1: 'wsus', 2: 'windows-update' };

/** Whether Windows will still say how it went. */
export function isUnfinished({ resultCode }: UpdateHistoryEntry): boolean {
  return resultCode === RESULT.notStarted || resultCode === RESULT.inProgress;
}

/**
 * What an entry of the update history tells; nothing when it tells of no end, or has no title: Windows keeps such
 * empty entries. Dates are UTC.
 */
export function historyObservationOf(entry: UpdateHistoryEntry): Observation | undefined {
  const { date, title, resultCode } = entry;
  if (!date || title === undefined || title.trim() === '' || resultCode === undefined) {
    return undefined;
  }
  const isInstallation = entry.operation === INSTALLATION;
  const isFailure =
    resultCode === RESULT.failed ||
    resultCode === RESULT.aborted ||
    resultCode === RESULT.withErrors;
  if (!isFailure && !(resultCode === RESULT.succeeded && isInstallation)) return undefined;

  const installerCode = codeOf(entry.unmappedResultCode);
  const code = codeOf(entry.hresult) ?? installerCode;
  if (isFailure && code === undefined) return undefined;
  const update = updateIdentity({
    id: entry.updateId,
    revision: entry.revision === undefined ? undefined : String(entry.revision),
    title,
  });
  const service = updateSourceOf(entry.serviceId);
  const updateSource =
    service === 'unknown' ? (SELECTED[entry.serverSelection ?? 0] ?? 'unknown') : service;
  return {
    source: 'update-history',
    outcome: isFailure ? 'failure' : 'success',
    code: isFailure ? code : undefined,
    installerCode: isFailure ? installerCode : undefined,
    phase: isInstallation ? 'install' : 'unknown',
    update,
    updateKind: updateKindOf(update, updateSource),
    updateSource,
    at: date,
    record: recordText(JSON.stringify(entry)),
  };
}

/** COM gives codes signed. Zero is no error. */
function codeOf(value: number | undefined): string | undefined {
  const code = value === undefined ? undefined : normaliseErrorCode(value);
  return code === NO_ERROR ? undefined : code;
}
