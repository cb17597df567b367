import entries from '../error-codes/catalogue.json' with { type: 'json' };
import type { ErrorCodeEntry } from '../error-codes/entry';
import { normaliseErrorCode } from '../error-codes/error-code';

/*
 * The catalogue of error codes: some 400 KB, and therefore an entry of its own (`@fleetmend/domain/catalogue`) that
 * the dashboard never imports: it asks the server.
 */

/** All codes, in the order of their numbers. */
export const ERROR_CODES = entries as readonly ErrorCodeEntry[];

const byCode = new Map(ERROR_CODES.map((entry) => [entry.code, entry]));

/** What is known of a code, in whatever spelling, or nothing. */
export function lookUpErrorCode(code: string | number): ErrorCodeEntry | undefined {
  const canonical = normaliseErrorCode(code);
  return canonical === undefined ? undefined : byCode.get(canonical);
}

/**
 * Searches by code (any spelling, or the beginning of one), symbol, alias and meaning; every word must occur. The code
 * itself comes first, then codes that begin so, then symbols, then meanings.
 */
export function searchErrorCodes(text: string, limit = 50): readonly ErrorCodeEntry[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const only = words[0];
  if (only === undefined || limit < 1) return [];
  const exact = words.length === 1 ? lookUpErrorCode(only) : undefined;
  const prefix = words.length === 1 ? only.replace(/^0x/, '') : undefined;
  const ranked: (readonly [number, ErrorCodeEntry])[] = [];
  for (const entry of ERROR_CODES) {
    const rank = entry === exact ? 0 : rankOf(entry, words, prefix);
    if (rank !== undefined) ranked.push([rank, entry]);
  }
  return ranked
    .sort(([a], [b]) => a - b)
    .slice(0, limit)
    .map(([, entry]) => entry);
}

function rankOf(
  entry: ErrorCodeEntry,
  words: readonly string[],
  prefix: string | undefined,
): number | undefined {
  // Three digits at least: fewer begin nearly every code.
  if (prefix !== undefined && prefix.length > 2) {
    if (entry.code.slice(2).toLowerCase().startsWith(prefix)) return 1;
  }
  const symbols = [entry.symbol, ...(entry.aliases ?? [])].join(' ').toLowerCase();
  if (words.every((word) => symbols.includes(word))) return 2;
  const all = `${symbols} ${entry.message} ${entry.note ?? ''}`.toLowerCase();
  return words.every((word) => all.includes(word)) ? 3 : undefined;
}
