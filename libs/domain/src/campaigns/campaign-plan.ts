import type { Verdict } from '../run';
import type { Amount } from './amount';
import type { CampaignBudget, GateRule } from './gate-rule';

/** What machines are alike in, for a fair draw: each wave gets of every kind what the campaign has of it. */
export const STRATA = ['site', 'os-family', 'model'] as const;
export type Stratum = (typeof STRATA)[number];

/** How the targets are spread over waves. */
export interface Rollout {
  /** The size of each wave, in order. What is left over after the last is one more wave. */
  readonly waves: readonly Amount[];
  readonly stratifyBy: readonly Stratum[];
  /** What the draw starts from: the same seed and targets make the same waves. */
  readonly seed: string;
  /** Machines that are in the first wave for certain. */
  readonly canaries: readonly string[];
  /** Machines that stay untreated to compare with, until a date: security updates must not be held for ever. */
  readonly holdOut: { readonly percent: number; readonly until: string } | null;
}

/**
 * When work may begin: at each match of `cron` (minute hour day month weekday), for so many minutes. `timeZone` is an
 * IANA name, or `machine` for the local time of each machine.
 */
export interface MaintenanceWindow {
  readonly cron: string;
  readonly durationMinutes: number;
  readonly timeZone: string;
}

/** Which ends are tried again: the first rule that fits counts. */
export interface RetryRule {
  readonly verdicts: readonly Verdict[];
  /** Only with one of these codes, canonical; null = any. */
  readonly codes: readonly string[] | null;
  /** Tries in all, the first included: 2 to 10. */
  readonly attempts: number;
  /** The wait before the second try in minutes; it doubles with each further try, to a week at most. */
  readonly backOffMinutes: number;
}

/** How fast and when. */
export interface Execution {
  /** ISO 8601; null = as soon as it is launched. */
  readonly startAt: string | null;
  /** ISO 8601: what has not begun by then never does. */
  readonly endAt: string;
  /** Empty = at any time. */
  readonly windows: readonly MaintenanceWindow[];
  /** Runs of the campaign at once. */
  readonly concurrency: number;
  /** Runs of the campaign at once on machines of one site; null = no limit of its own. */
  readonly siteConcurrency: number | null;
  readonly retries: readonly RetryRule[];
}

/** All rules of a campaign that say how it runs; what it is about (targets, playbook) stands beside them. */
export interface CampaignRules {
  readonly rollout: Rollout;
  readonly gate: GateRule;
  readonly budget: CampaignBudget;
  readonly execution: Execution;
}
