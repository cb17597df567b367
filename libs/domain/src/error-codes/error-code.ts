const CANONICAL = /^0x[0-9A-F]{8}$/;
const LARGEST = 0xffff_ffff;
const SMALLEST = -0x8000_0000;

/** Whether `text` is an error code in its canonical form: `0x` and eight upper-case hex digits. */
export function isCanonicalErrorCode(text: string): boolean {
  return CANONICAL.test(text);
}

/**
 * The canonical form of an error code: `0x` and eight upper-case hex digits. Nothing, when `input` is no error code.
 *
 * A number is the code itself, signed (as COM gives it) or unsigned. A text may be any spelling that Windows uses:
 *
 * - `0x80070002`, `0X80070002`, also with fewer digits: hex;
 * - `-2147024894`: signed decimal;
 * - `80070002`, `240005`, one to eight hex digits without prefix: **hex**, as in ReportingEvents.log, even where
 *   all digits are decimal ones;
 * - `2147942402`, nine or ten decimal digits: **decimal**.
 *
 * Small Win32 codes in decimal (`2`) can't be told from short hex: {@link fromWin32} is for those.
 */
export function normaliseErrorCode(input: string | number): string | undefined {
  if (typeof input === 'number') return fromNumber(input);
  const text = input.trim();
  const hex = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text)?.[1];
  if (hex !== undefined) return fromNumber(parseInt(hex, 16));
  if (/^(?:-\d{1,10}|\d{9,10})$/.test(text)) return fromNumber(Number(text));
  return undefined;
}

/** The canonical code of a Win32 error (2 becomes `0x80070002`), or nothing where `error` isn't one. */
export function fromWin32(error: number): string | undefined {
  if (!Number.isInteger(error) || error < 0 || error > 0xffff) return undefined;
  return error === 0 ? '0x00000000' : fromNumber(0x8007_0000 + error);
}

/** The Win32 error within a canonical code (`0x80070002` holds 2), or nothing where it holds none. */
export function win32Of(code: string): number | undefined {
  return /^0x8007[0-9A-F]{4}$/.test(code) ? parseInt(code.slice(6), 16) : undefined;
}

/** A code, and for set-up errors the second half, which says in which phase and operation it happened. */
export interface ErrorCodes {
  readonly code: string;
  readonly extendedCode?: string;
}

/** Reads one code, or the two of a set-up error: `0xC1900101 - 0x4000D`. */
export function parseErrorCodes(text: string): ErrorCodes | undefined {
  const single = normaliseErrorCode(text);
  if (single !== undefined) return { code: single };
  const parts = /^\s*(-?[0-9a-fx]+)\s*[-–—,]\s*([0-9a-fx]+)\s*$/i.exec(text);
  const code = normaliseErrorCode(parts?.[1] ?? '');
  const extendedCode = normaliseErrorCode(parts?.[2] ?? '');
  if (code === undefined || extendedCode === undefined) return undefined;
  return { code, extendedCode };
}

/** All spellings of a canonical code under which people and logs know it, the canonical one first. */
export function errorCodeSpellings(code: string): readonly string[] {
  const value = parseInt(code, 16);
  const hex = code.slice(2);
  return [
    ...new Set([
      code,
      code.toLowerCase(),
      `0X${hex}`,
      hex,
      hex.toLowerCase(),
      value.toString(16),
      // Below nine digits a decimal would be read as hex, so it isn't a spelling.
      ...(value >= 100_000_000 ? [String(value)] : []),
      ...(value > 0x7fff_ffff ? [String(value - LARGEST - 1)] : []),
    ]),
  ];
}

function fromNumber(value: number): string | undefined {
  if (!Number.isInteger(value) || value < SMALLEST || value > LARGEST) return undefined;
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}
