import { normaliseErrorCode } from '@fleetmend/domain';
import { type Clue, recordText } from './observation';
import { isServicingError } from './servicing-meaning';

const LINE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d), (\w+)\s+(.*)$/;
/** `[HRESULT = 0x800f0922 - CBS_E_INSTALLERS_FAILED]`, also without the name. */
const RESULT = /\[HRESULT = (0x[0-9a-f]{8})\b/i;
const PACKAGE_KB = /\bPackage_(?:\d+_)?for_KB(\d{4,10})(?:_[A-Za-z0-9]+)?~/i;
/** With this line servicing says how a package ended. */
const VERDICT = /\bExec: Processing complete\b/;
/** Asking a package whether it applies fails in every scan on some machines, and means nothing. */
const PROBE = /\bapplicab/i;

/**
 * Reads a line of CBS.log, which has a clue in one of a thousand. Most results with an error in it are routine (packages
 * that aren't there, data that nobody collects) and marked "Info": only what servicing itself calls an error counts,
 * and its verdict about a package, which it always calls "Info". Times are local, without an offset.
 */
export function cbsClueOf(line: string): Clue | undefined {
  if (!line.includes('[HRESULT')) return undefined;
  const parts = LINE.exec(line);
  const [, year, month, day, hour, minute, second, level, text = ''] = parts ?? [];
  const code = normaliseErrorCode(RESULT.exec(text)?.[1] ?? '');
  if (!isServicingError(code)) return undefined;
  const isVerdict = VERDICT.test(text);
  if (!isVerdict && (level !== 'Error' || PROBE.test(text))) return undefined;
  const at = new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (Number.isNaN(at.getTime())) return undefined;
  const digits = PACKAGE_KB.exec(text)?.[1];
  return {
    source: 'cbs-log',
    code,
    kb: digits === undefined ? undefined : `KB${digits}`,
    at,
    record: recordText(line),
    isVerdict: isVerdict && digits !== undefined,
  };
}
