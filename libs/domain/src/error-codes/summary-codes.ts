/**
 * Codes that only sum up what an installer or servicing said: the reason has a code of its own.
 *
 * All updates failed, installer failure, "update error", fatal error of an installer, shutdown in progress, damaged
 * component store, "an installer of the package failed".
 */
const SUMMARY_CODES: ReadonlySet<string> = new Set([
  '0x80240022',
  '0x8024200B',
  '0x00240003',
  '0x80070643',
  '0x8007045B',
  '0x80073712',
  '0x800F0922',
]);

/** Whether a canonical code names no reason of its own. */
export function isSummaryCode(code: string): boolean {
  return SUMMARY_CODES.has(code);
}
