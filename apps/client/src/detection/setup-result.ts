import { fromWin32, normaliseErrorCode, type Phase } from '@fleetmend/domain';
import { type Observation, recordText } from './observation';

/** A feature update that set-up could not install. */
export interface SetupResult {
  /** Canonical. */
  readonly code: string;
  /** In which phase and operation it failed, canonical: `0x0004000D`. */
  readonly extendedCode?: string | undefined;
  readonly phase: Phase;
}

const NO_ERROR = '0x00000000';
/** "The check found nothing that is in the way": how a mere check for compatibility ends well. */
const NOTHING_IN_THE_WAY = '0xC1900210';

const CODE = '0x[0-9a-f]{1,8}';
/** Result and extend code; the second has five digits, unlike the addresses that stand in the same logs. */
const TWO_PARTS = /\b(0x[0-9a-f]{8})\s*[-–]\s*(0x0{0,3}[0-9a-f]{5})\b/i;
const NAMED_CODE = new RegExp(`\\b(?:ErrorCode|Err|Error)\\s*[=:]\\s*(${CODE})\\b`, 'i');
const NAMED_EXTENSION = new RegExp(
  `\\b(?:ExCode|ExtendedCode|ExtendedErrorCode)\\s*[=:]\\s*(${CODE})\\b`,
  'i',
);
const DOWN_LEVEL = /LastPhase\s*=\s*Downlevel|down-level/i;

/** The codes that a text of set-up names, in whichever of its forms; nothing when it names no error. */
export function setupResultIn(text: string): SetupResult | undefined {
  const parts = TWO_PARTS.exec(text);
  return setupResultOf(
    parts?.[1] ?? NAMED_CODE.exec(text)?.[1],
    parts?.[2] ?? NAMED_EXTENSION.exec(text)?.[1],
    DOWN_LEVEL.test(text),
  );
}

/** A result from its codes as set-up spells them. */
export function setupResultOf(
  result: string | undefined,
  extension: string | undefined,
  isDownLevel: boolean,
): SetupResult | undefined {
  const code = setupCode(result);
  if (code === undefined) return undefined;
  const extendedCode = normaliseErrorCode(extension ?? '');
  const known = extendedCode === NO_ERROR ? undefined : extendedCode;
  return { code, extendedCode: known, phase: isDownLevel ? 'install' : phaseOf(known) };
}

/** Some of its tools write the Win32 error alone: 0x00000070 is what others call 0x80070070. */
function setupCode(text: string | undefined): string | undefined {
  const code = normaliseErrorCode(text ?? '');
  if (code === undefined || code === NO_ERROR || code === NOTHING_IN_THE_WAY) return undefined;
  return code.startsWith('0x0000') ? fromWin32(parseInt(code, 16)) : code;
}

/** The digit before the operation: 1 is the old Windows still, 2 to 5 are SafeOS, first and second boot, and OOBE. */
function phaseOf(extendedCode: string | undefined): Phase {
  const digit = extendedCode === undefined ? 0 : parseInt(extendedCode, 16) >>> 16;
  if (digit === 1) return 'install';
  return digit >= 2 && digit <= 5 ? 'reboot' : 'unknown';
}

/** Set-up doesn't say by which update it was started. */
export function setupObservation(result: SetupResult, at: Date, record: string): Observation {
  return {
    source: 'setup-results',
    outcome: 'failure',
    ...result,
    update: {},
    updateKind: 'feature',
    updateSource: 'unknown',
    at,
    record: recordText(record),
  };
}

/** Set-up writes local time, without an offset. `year` 1 is how it writes "never". */
export function setupTime(text: string | undefined): Date | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)/.exec(text?.trim() ?? '');
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) ([AP])M$/i.exec(
    text?.trim() ?? '',
  );
  let parts: readonly (string | undefined)[] | undefined;
  if (iso) parts = iso.slice(1);
  else if (american) {
    const [, month, day, year, hour, minute, second, half] = american;
    const hours = (Number(hour) % 12) + (half?.toUpperCase() === 'P' ? 12 : 0);
    parts = [year, month, day, String(hours), minute, second];
  }
  if (!parts) return undefined;
  const [year = 0, month = 0, day, hour, minute, second] = parts.map(Number);
  const at = new Date(year, month - 1, day, hour, minute, second);
  return Number.isNaN(at.getTime()) || year < 2000 ? undefined : at;
}
