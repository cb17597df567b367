import type { Success } from './failure-life-cycle';
import type { Failure } from './failure';

/** What the title of a cumulative update says of it. */
export interface CumulativeUpdate {
  /** `2026-11`: comparable as text. */
  readonly month: string;
  /** What it is for, as the title names it: equal texts, same product. */
  readonly product: string;
}

/** `2026-11 Cumulative Update for Windows 11 Version 24H2 for x64-based Systems (KB5068861) (26100.7171)`. */
const TITLE = /^(\d{4}-(?:0[1-9]|1[0-2])) (.+?) \(KB\d+\)(?: \([\d.]+\))?$/i;

/** How Windows says "cumulative update" in the languages that are known for certain. */
const CUMULATIVE =
  /\bcumulative update\b|\bkumulatives update\b|\bmise à jour cumulative\b|\bactualización acumulativa\b/;

/** Reads the title of an update as Windows gives it; undefined for what is not surely a cumulative one. */
export function cumulativeUpdateOf(title: string | undefined): CumulativeUpdate | undefined {
  const [, month, rest] = TITLE.exec(title?.trim() ?? '') ?? [];
  if (month === undefined || rest === undefined) return undefined;
  const product = rest.toLowerCase().replace(/\bcumulative update preview\b/, 'cumulative update');
  return CUMULATIVE.test(product) ? { month, product } : undefined;
}

/**
 * Whether `success` took the place of what failed: a cumulative update of a later month for the same product was
 * installed after the failure. It holds all that the earlier one would have brought, and Windows doesn't offer that one
 * any more. Within one month nothing is told from titles, and neither are updates that aren't cumulative.
 */
export function supersedesFailure(
  success: Success,
  failure: Pick<Failure, 'phase' | 'update' | 'occurredAt'>,
): boolean {
  if (success.phase !== 'install' || failure.phase === 'scan') return false;
  if (!(Date.parse(success.occurredAt) > Date.parse(failure.occurredAt))) return false;
  const later = cumulativeUpdateOf(success.update.title);
  const earlier = cumulativeUpdateOf(failure.update.title);
  if (!later || !earlier) return false;
  return later.product === earlier.product && later.month > earlier.month;
}
