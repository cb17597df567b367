import { type Phase } from '@fleetmend/domain';
import { type Observation, recordText } from './observation';
import { updateIdentity, updateKindOf } from './update-identity';

/** Ids whose rows tell of a failure, and of which phase. */
const FAILURES: Readonly<Record<number, Phase>> = {
  148: 'scan',
  149: 'scan',
  161: 'download',
  172: 'download',
  182: 'install',
  187: 'install',
  192: 'install',
  195: 'install',
  198: 'install',
  200: 'install',
  204: 'reboot',
  221: 'unknown',
  225: 'unknown',
  271: 'unknown',
  272: 'unknown',
  522: 'install',
  541: 'unknown',
};

/** Ids that prove that it worked. "Complete with reboot" (184, 191, 199) proves nothing yet. */
const SUCCESSES: Readonly<Record<number, Phase>> = {
  147: 'scan',
  162: 'download',
  164: 'download',
  173: 'download',
  183: 'install',
  190: 'install',
  197: 'install',
  203: 'install',
};

const CATEGORIES: Readonly<Record<string, Phase>> = {
  'Software Synchronization': 'scan',
  'Content Download': 'download',
  'Content Install': 'install',
};

const TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)[:.](\d{3})([+-]\d\d)(\d\d)$/;
const MINIMUM_COLUMNS = 10;

/** What one line of ReportingEvents.log says. */
export type Row =
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** Understood, and of no interest. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };

/**
 * Reads one line of ReportingEvents.log: tab separated, id and `[NAME]` in one column, in two, or without a name
 * (Windows 7), with or without the correlation token at the end.
 */
export function parseReportingEventsRow(
  line: string,
  source: 'reporting-events' | 'windows-update-log',
): Row {
  const columns = line.split('\t');
  if (columns[4]?.trimStart().startsWith('[')) columns.splice(4, 1);
  if (columns.length < MINIMUM_COLUMNS) return { kind: 'malformed' };
  const [, time, , event, , updateId, revision, result, , status, category, message] = columns;
  const at = parseTime(time ?? '');
  const eventId = Number(/^\s*(\d{1,5})\b/.exec(event ?? '')?.[1] ?? Number.NaN);
  if (!at || Number.isNaN(eventId)) return { kind: 'malformed' };
  const verdict = outcomeOf(eventId, status?.trim() ?? '', category?.trim() ?? '');
  if (!verdict) return { kind: 'other' };

  const code =
    parseCode(result ?? '') ?? parseCode(/\b0x([0-9a-f]{8})\b/i.exec(message ?? '')?.[1] ?? '');
  if (verdict.outcome === 'failure' && code === undefined) return { kind: 'other' };
  const isScan = verdict.phase === 'scan';
  const update = isScan
    ? {}
    : updateIdentity({ id: updateId, revision, title: titleOf(message ?? '') });
  return {
    kind: 'observation',
    observation: {
      source,
      outcome: verdict.outcome,
      code: verdict.outcome === 'failure' ? code : undefined,
      phase: verdict.phase,
      update,
      updateKind: isScan ? 'windows' : updateKindOf(update, 'unknown'),
      updateSource: 'unknown',
      at,
      record: recordText(line),
    },
  };
}

function outcomeOf(
  eventId: number,
  status: string,
  category: string,
): { outcome: 'failure' | 'success'; phase: Phase } | undefined {
  const success = SUCCESSES[eventId];
  if (success) return status === 'Failure' ? undefined : { outcome: 'success', phase: success };
  const failure = FAILURES[eventId];
  if (failure) return status === 'Success' ? undefined : { outcome: 'failure', phase: failure };
  if (status !== 'Failure') return undefined;
  return { outcome: 'failure', phase: CATEGORIES[category] ?? 'unknown' };
}

/** Local time with its offset, as "2017-12-12 19:46:19:636+0900". */
function parseTime(text: string): Date | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, millisecond, offsetHours, offsetMinutes] = match;
  const instant = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}${offsetHours}:${offsetMinutes}`,
  );
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** Always hexadecimal here, without `0x` and without leading zeros. Zero is no error. */
function parseCode(text: string): string | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text.trim())?.[1];
  if (digits === undefined || /^0+$/.test(digits)) return undefined;
  return `0x${digits.toUpperCase().padStart(8, '0')}`;
}

/** The title stands after the code, or after "the following update"; the sentence's full stop isn't part of it. */
function titleOf(message: string): string | undefined {
  const known = /(?:0x[0-9a-f]{1,8}|following updates?[^:]{0,40})\s*:\s*(\S.*)$/i.exec(
    message,
  )?.[1];
  const withKb = /:\s+([^:]*\bKB\d{4,10}\b.*)$/i;
  return (known ?? withKb.exec(message)?.[1])?.trim().replace(/\.$/, '');
}
