import { budgetBroken, decidedOf, judgeWave } from './gate';
import type { CampaignBudget, GateRule, Tally } from './gate-rule';
import type { Outcome } from './outcome';

/** A machine of a past campaign, as it ended. */
export interface ReplayedOutcome {
  /** From 1. */
  readonly wave: number;
  readonly outcome: Outcome;
  /** Of a new error its code; else null. */
  readonly code: string | null;
}

export interface Replay {
  readonly rule: GateRule;
  readonly budget: CampaignBudget;
  /** The size of each wave. */
  readonly waves: readonly number[];
  /** In the order in which they were decided. What is `open` never was. */
  readonly outcomes: readonly ReplayedOutcome[];
}

/** After how many decided machines a campaign would have stopped, and why; null = it would have passed. */
export interface ReplayResult {
  readonly stoppedAfter: number | null;
  readonly reason: string | null;
}

/**
 * What a gate and budget would have done to a past campaign: both are asked after each outcome, and a wave is judged with
 * its last one. Of waves that nothing is known of, nothing is said.
 */
export function replayGate({ rule, budget, waves, outcomes }: Replay): ReplayResult {
  const targets = waves.reduce((sum, size) => sum + size, 0);
  const last = new Map(outcomes.map(({ wave }, index) => [wave, index]));
  const tallies = waves.map((size) => waiting(size));
  let all = waiting(targets);
  for (const [index, outcome] of outcomes.entries()) {
    const at = outcome.wave - 1;
    const size = waves[at];
    const before = tallies[at];
    if (size === undefined || before === undefined) {
      throw new RangeError(`there is no wave ${outcome.wave}`);
    }
    const tally = counted(before, outcome);
    tallies[at] = tally;
    all = counted(all, outcome);

    const stopped = (reason: string) => ({ stoppedAfter: decidedOf(all), reason });
    const broken = budgetBroken(budget, targets, all);
    if (broken) return stopped(`Budget of the campaign: ${broken.reason}`);
    const phases = index === last.get(outcome.wave) ? PHASES : PHASES.slice(0, 1);
    for (const phase of phases) {
      const waitOver = phase === 'evaluating';
      const judged = judgeWave(rule, { size, tally, waitOver, phase });
      if (judged.result === 'failed' || judged.result === 'inconclusive') {
        return stopped(`Wave ${outcome.wave}: ${judged.reason}`);
      }
    }
  }
  return { stoppedAfter: null, reason: null };
}

const PHASES = ['working', 'evaluating'] as const;

function waiting(targets: number): Tally {
  return {
    ...{ success: 0, hard: 0, soft: 0, leftOut: 0, inFlight: 0 },
    ...{ open: targets, pending: targets, newErrors: {} },
  };
}

function counted(tally: Tally, { outcome, code }: ReplayedOutcome): Tally {
  if (outcome === 'open') return tally;
  const field = outcome === 'left-out' ? 'leftOut' : outcome;
  const open = Math.max(0, tally.open - 1);
  const newErrors =
    outcome === 'hard' && code !== null
      ? { ...tally.newErrors, [code]: (tally.newErrors[code] ?? 0) + 1 }
      : tally.newErrors;
  return { ...tally, open, pending: open, [field]: tally[field] + 1, newErrors };
}
