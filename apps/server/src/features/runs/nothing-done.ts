import type { Verdict } from '@fleetmend/domain';

/** Verdicts after which there is nothing that could be taken back. */
export const NOTHING_DONE = [
  'rolled-back',
  'skipped',
  'expired',
  'cancelled',
] as const satisfies readonly Verdict[];
