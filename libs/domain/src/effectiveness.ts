import { wilson } from './campaigns/intervals';
import type { Verdict } from './run';

/** Verdicts that prove that a playbook mended the failure it was run against. */
export const MENDED_VERDICTS = ['fixed', 'superseded'] as const satisfies readonly Verdict[];

/**
 * Verdicts that show what a playbook is for; `done` is that of one which mends no failure of its own. It says something
 * about the playbook, and nothing about the failure that somebody may have run it against.
 */
export const HELPED_VERDICTS = [...MENDED_VERDICTS, 'done'] as const satisfies readonly Verdict[];

/** Verdicts that speak against it: hard and soft errors, a failure that came back among them. */
export const UNHELPFUL_VERDICTS = [
  'step-failed',
  'new-error',
  'lost',
  'inconsistent',
  'rolled-back',
  'same-error',
  'recurred',
] as const satisfies readonly Verdict[];

/** Below this many decided runs own results are shown, and change nothing. */
export const ENOUGH_DECIDED = 10;

/** How often a playbook helped, of the runs that were decided; the interval holds 95 %. Shares are 0 to 1. */
export interface Effectiveness {
  readonly helped: number;
  readonly decided: number;
  readonly low: number;
  readonly high: number;
}

/** What was counted: this very fingerprint, or its kind (code, phase and OS family: the updates before it, too). */
export const MEASURED_ON = ['fingerprint', 'kind'] as const;
export type MeasuredOn = (typeof MEASURED_ON)[number];

/** Own results of one playbook against one failure. */
export interface Measured extends Effectiveness {
  readonly on: MeasuredOn;
  /** Null = all versions of the playbook together. */
  readonly version: number | null;
}

/** Decided runs of one version of a playbook. */
export interface EffectTally {
  readonly version: number;
  readonly on: MeasuredOn;
  readonly helped: number;
  readonly decided: number;
}

/** The effectiveness that these counts show; none were decided = nothing is known: 0 to 1. */
export function effectivenessOf(helped: number, decided: number): Effectiveness {
  return { helped, decided, ...wilson(helped, decided) };
}

/**
 * The results that say most about what would happen now: the version that would be run against this fingerprint, then all
 * its versions, then the same of its kind; the first of these with enough decided runs. Where none has enough: all there
 * is of the kind. Null when nothing was decided.
 */
export function measuredOf(
  tallies: readonly EffectTally[],
  currentVersion: number | undefined,
): Measured | null {
  const candidates = MEASURED_ON.flatMap((on) => [
    { on, version: currentVersion ?? null },
    { on, version: null },
  ]).map(({ on, version }) => {
    const counted = tallies.filter(
      (each) => each.on === on && (version === null || each.version === version),
    );
    return { on, version, helped: sum(counted, 'helped'), decided: sum(counted, 'decided') };
  });
  const chosen = candidates.find(({ decided }) => decided >= ENOUGH_DECIDED) ?? candidates.at(-1);
  if (!chosen || chosen.decided === 0) return null;
  const { on, version, helped, decided } = chosen;
  return { on, version, ...effectivenessOf(helped, decided) };
}

function sum(tallies: readonly EffectTally[], key: 'helped' | 'decided'): number {
  return tallies.reduce((total, each) => total + each[key], 0);
}
