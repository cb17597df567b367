import type { VerdictLevel } from '../run';
import type { Amount } from './amount';

/** The rule that decides whether a wave has passed. Everything in it must be sayable of any wave: see `gateProblems`. */
export interface GateRule {
  /** How far a success must be proven to count. */
  readonly provenLevel: Exclude<VerdictLevel, 'L4'>;
  /** So many of the decided targets must be successes, in percent: 1 to 100. */
  readonly successPercent: number;
  /** So many of the wave's targets must be decided at least; a part is of the wave. */
  readonly minimumDecided: Amount;
  /** How long the wave is waited for, in hours from its start. Then it is judged by what is decided. */
  readonly maximumWaitHours: number;
  /** How long the wave is watched after its last machine, in hours, before it is judged: failures that come back count. */
  readonly soakHours: number;
  /** More hard errors than this fail the wave at once; a part is of the wave. */
  readonly hardErrors: Amount;
  /** More soft errors than this fail the wave at once; null = they count in `successPercent` alone. */
  readonly softErrors: Amount | null;
  /** The same new error code on so many machines of the wave fails it at once; null = not watched. */
  readonly sameNewError: number | null;
}

/** What the whole campaign may cost. Passing it pauses the campaign, whatever the waves say. */
export interface CampaignBudget {
  /** More hard errors than this in the whole campaign pause it. A part is of all its targets. */
  readonly hardErrors: Amount;
  /** More soft errors, likewise; null = no limit. */
  readonly softErrors: Amount | null;
}

/**
 * How the targets of a wave, or of a campaign, stand. Counted anew each time, never kept. Decided are `success`, `hard`
 * and `soft`; what is `leftOut` (offline until it expired, cancelled, refused by its preflight, recovered by itself) speaks neither for nor against.
 */
export interface Tally {
  readonly success: number;
  readonly hard: number;
  readonly soft: number;
  /** Neither decided nor left out: waiting, at work, or not proven far enough. */
  readonly open: number;
  readonly leftOut: number;
  /** Of `open`: ordered and not ended. */
  readonly inFlight: number;
  /** Of `open`: still to be ordered, or to be ordered again. */
  readonly pending: number;
  /** New errors by code, of `hard`. */
  readonly newErrors: Readonly<Record<string, number>>;
}
