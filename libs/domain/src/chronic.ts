/** When a machine counts as chronic: more of the same won't help it. */
export interface ChronicRule {
  /** Looks at runs that ended within so many days. */
  readonly days: number;
  /** So many runs that did not help. */
  readonly runs: number;
  /** So many failures that came back after they had been mended. */
  readonly recurrences: number;
}

export const CHRONIC_RULE: ChronicRule = { days: 30, runs: 3, recurrences: 2 };

/** Runs of a machine within the rule's days; a recurrence is also a run that did not help. */
export interface UnhelpfulRuns {
  readonly unhelpful: number;
  readonly recurrences: number;
}

export const CHRONIC_REASONS = ['runs-did-not-help', 'failures-came-back'] as const;
export type ChronicReason = (typeof CHRONIC_REASONS)[number];

/** Why a machine is chronic; empty = it isn't. */
export function chronicReasons(
  { unhelpful, recurrences }: UnhelpfulRuns,
  rule: ChronicRule = CHRONIC_RULE,
): readonly ChronicReason[] {
  return CHRONIC_REASONS.filter((reason) =>
    reason === 'runs-did-not-help' ? unhelpful >= rule.runs : recurrences >= rule.recurrences,
  );
}

/** What is left to do for a chronic machine, for people. */
export const CHRONIC_ADVICE =
  'Hand it over: download the evidence, and re-image the machine or upgrade it in place.';
