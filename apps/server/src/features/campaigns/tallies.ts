import {
  type CampaignFacts,
  type GateRule,
  type Outcome,
  outcomeOf,
  provenLevels,
  type Tally,
} from '@fleetmend/domain';
import type { CampaignRow } from './campaigns.repository';
import type { TargetGroup } from './campaign-targets.repository';
import type { WaveRow } from './campaign-waves.repository';

type Level = GateRule['provenLevel'];

/** What a target, or so many alike, counts as. */
export function outcomeOfTarget(
  target: Pick<TargetGroup, 'verdict' | 'level' | 'survivedRestart'>,
  provenLevel: Level,
): Outcome {
  const { verdict, level, survivedRestart } = target;
  const proven = provenLevels({ verdict, level, survivedRestart, held: false });
  return outcomeOf({ verdict, proven }, provenLevel);
}

const FIELDS = {
  success: 'success',
  hard: 'hard',
  soft: 'soft',
  open: 'open',
  'left-out': 'leftOut',
} as const satisfies Record<Outcome, keyof Tally>;

/** Counts groups. */
export function tallyOf(groups: readonly TargetGroup[], provenLevel: Level): Tally {
  const newErrors: Record<string, number> = {};
  const tally = {
    ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0 },
    newErrors,
  };
  for (const group of groups) {
    const { machines, standing, verdict, code } = group;
    if (standing === 'pending') tally.pending += machines;
    if (standing === 'in-flight') tally.inFlight += machines;
    if (standing !== 'ended') tally.open += machines;
    else tally[FIELDS[outcomeOfTarget(group, provenLevel)]] += machines;
    if (standing === 'ended' && verdict === 'new-error' && code !== null) {
      newErrors[code] = (newErrors[code] ?? 0) + machines;
    }
  }
  return tally;
}

/** Those that count for the size of a wave: a machine that a person took out is not part of it any more. */
export function sizeOf(groups: readonly TargetGroup[]): number {
  return groups.reduce(
    (sum, { verdict, machines }) => sum + (verdict === 'cancelled' ? 0 : machines),
    0,
  );
}

/** What was counted of a campaign in one moment. */
export interface Counted {
  readonly groups: readonly TargetGroup[];
  readonly runGroups: readonly TargetGroup[];
  readonly waves: readonly WaveRow[];
}

/** The facts by which the domain decides. */
export function factsOf(
  campaign: Pick<CampaignRow, 'state' | 'plan' | 'endAt'>,
  counted: Counted,
): CampaignFacts {
  const { gate, budget, execution, targets, rollout } = campaign.plan;
  const ofWave = (number: number) => counted.groups.filter(({ wave }) => wave === number);
  const moments = [targets.dynamicUntil, rollout.holdOut?.until ?? null]
    .filter((moment) => moment !== null)
    .map((moment) => Date.parse(moment));
  return {
    state: campaign.state,
    startAt: execution.startAt === null ? null : new Date(execution.startAt),
    endAt: campaign.endAt,
    ...{ rule: gate, budget },
    machines: sizeOf(counted.groups),
    runs: tallyOf(counted.runGroups, gate.provenLevel),
    growsUntil: moments.length === 0 ? null : new Date(Math.max(...moments)),
    waves: counted.waves.map(({ number, state, waitUntil, soakUntil, decision }) => ({
      ...{ number, state, waitUntil, soakUntil, decision },
      machines: sizeOf(ofWave(number)),
      tally: tallyOf(ofWave(number), gate.provenLevel),
    })),
  };
}
