import type {
  Campaign,
  CampaignDetail,
  CampaignFeedEntry,
  CampaignTarget,
  CampaignTiles,
  CampaignWave,
  Comparison,
  MachineCampaign,
  OutcomeMatrix,
  TileState,
} from '@fleetmend/dashboard-api';
import {
  budgetMeters,
  type CampaignAction,
  gateMeters,
  type GateRule,
  outcomeOf,
  type Outcome,
  type TargetExclusion,
  type Tally,
} from '@fleetmend/domain';
import { searchErrorCodes } from '@fleetmend/domain/catalogue';
import { EXCLUSION_REASONS } from '../runs';
import type { CountedCampaign } from './campaign-reader';
import { currentWave } from './campaign-standing';
import type { TargetGroup, TargetRow } from './campaign-targets.repository';
import type { RollBackCount } from './campaign-undos.repository';
import type { WaveRow } from './campaign-waves.repository';
import type { CampaignMove, CampaignRow } from './campaigns.repository';
import { outcomeOfTarget, tallyOf } from './tallies';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** Why a machine is left out of a campaign, for people. */
export const TARGET_EXCLUSION_REASONS: Readonly<Record<TargetExclusion, string>> = {
  ...EXCLUSION_REASONS,
  'offline-too-long': 'It has not been seen for too long.',
  'wrong-phase': 'It fails in a phase in which this playbook is the wrong tool.',
  guarded: 'The playbook is the wrong tool for what fails on it.',
  'other-campaign': 'Another campaign has it.',
  'cooling-down': 'The same playbook ran on it a short time ago.',
  chronic: 'Several runs have not helped it: it needs a person.',
};

const NOTHING: Tally = {
  ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0 },
  newErrors: {},
};

export function toCampaign(row: CampaignRow, counted: CountedCampaign | undefined): Campaign {
  const { plan } = row;
  return {
    ...{ id: row.id, name: row.name, state: row.state, pauseReason: row.pauseReason },
    ...{ pauseMessage: row.pauseMessage, playbook: row.playbook, mode: row.mode },
    ...{ playbookVersion: row.playbookVersion, fingerprintId: row.fingerprintId },
    ...{ failure: row.failure, createdBy: row.createdBy, parentId: row.parentId },
    createdAt: row.createdAt.toISOString(),
    launchedAt: row.launchedAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    machines: counted?.facts.machines ?? 0,
    tally: counted ? tallyOf(counted.groups, plan.gate.provenLevel) : NOTHING,
    wave: counted ? (currentWave(counted.waves)?.number ?? null) : null,
    waves: counted?.waves.length ?? 0,
  };
}

/** What the page shows beside the campaign itself. */
export interface DetailParts {
  readonly machines: number;
  readonly approvalNeeded: boolean;
  readonly actions: readonly CampaignAction[];
  readonly exclusions: readonly {
    readonly exclusion: TargetExclusion;
    readonly machines: number;
  }[];
  readonly heldOut: { readonly machines: number; readonly recovered: number };
  readonly rollBack: RollBackCount | null;
  readonly children: readonly { readonly id: string; readonly name: string }[];
  readonly comparison: Comparison;
  readonly waitingFor: string | null;
  readonly windowOpensAt: Date | null;
  readonly watchDays: number;
  readonly now: Date;
}

export function toDetail(counted: CountedCampaign, parts: DetailParts): CampaignDetail {
  const { campaign: row, facts, waves } = counted;
  const { plan } = row;
  const { holdOut } = plan.rollout;
  return {
    ...toCampaign(row, counted),
    ...{ machines: parts.machines, description: plan.description, plan },
    ...{ actions: [...parts.actions], approvalNeeded: parts.approvalNeeded },
    ...{ submittedBy: row.submittedBy, approvedBy: row.approvedBy },
    launchedBy: row.launchedBy,
    approvedAt: row.approvedAt?.toISOString() ?? null,
    change:
      row.proposedChange && row.proposedBy !== null && row.proposedAt
        ? {
            change: row.proposedChange.change,
            ...{ reason: row.proposedReason ?? '', proposedBy: row.proposedBy },
            proposedAt: row.proposedAt.toISOString(),
          }
        : null,
    waveList: waves.map((wave) => {
      const { machines = 0, tally = NOTHING } =
        facts.waves.find(({ number }) => number === wave.number) ?? {};
      return toWave(plan.gate, wave, machines, tally, parts.now);
    }),
    budgetMeters: budgetMeters(plan.budget, facts.machines, facts.runs),
    holdOut:
      holdOut && parts.heldOut.machines > 0 ? { ...parts.heldOut, until: holdOut.until } : null,
    excluded: parts.exclusions.map(({ exclusion, machines }) => ({
      ...{ exclusion, machines, reason: TARGET_EXCLUSION_REASONS[exclusion] },
    })),
    ...{ comparison: parts.comparison, waitingFor: parts.waitingFor },
    windowOpensAt: parts.windowOpensAt?.toISOString() ?? null,
    ...{ children: [...parts.children], rollBack: parts.rollBack },
    watchedUntil: row.endedAt
      ? new Date(row.endedAt.getTime() + parts.watchDays * DAY).toISOString()
      : null,
  };
}

function toWave(
  rule: GateRule,
  wave: WaveRow,
  machines: number,
  tally: Tally,
  now: Date,
): CampaignWave {
  const { startedAt, waitUntil, soakUntil, decidedAt } = wave;
  const waited = startedAt && waitUntil ? (waitUntil.getTime() - startedAt.getTime()) / HOUR : null;
  return {
    ...{ number: wave.number, state: wave.state, attempt: wave.attempt, machines, tally },
    meters: gateMeters(rule, {
      ...{ size: machines, tally, startedAt, soakUntil, now: decidedAt ?? now },
      extraWaitHours: waited === null ? 0 : Math.max(0, waited - rule.maximumWaitHours),
    }),
    startedAt: startedAt?.toISOString() ?? null,
    soakUntil: soakUntil?.toISOString() ?? null,
    decidedAt: decidedAt?.toISOString() ?? null,
    decision: wave.decision,
  };
}

export function toTarget(row: TargetRow): CampaignTarget {
  const { machineId, hostname, online, wave, role, attempt, runId, verdict, code } = row;
  return {
    ...{ machineId, hostname, online, wave, role, attempt, runId, verdict, code },
    state: stateOf(row),
    message: messageOf(row),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  };
}

export function toMachineCampaign(
  row: TargetRow & {
    readonly campaignId: string;
    readonly name: string;
    readonly campaignState: MachineCampaign['campaignState'];
  },
): MachineCampaign {
  const { campaignId, name, campaignState } = row;
  const { wave, role, state, message, nextAttemptAt, runId, verdict } = toTarget(row);
  return {
    ...{ campaignId, name, campaignState },
    ...{ wave, role, state, message, nextAttemptAt, runId, verdict },
  };
}

function stateOf({ standing, runState }: TargetRow): CampaignTarget['state'] {
  switch (standing) {
    case 'excluded':
      return 'excluded';
    case 'held-out':
      return 'held-out';
    case 'pending':
      return 'queued';
    case 'ended':
      return 'ended';
    case 'in-flight':
      return runState ?? 'queued';
  }
}

function messageOf(row: TargetRow): string | null {
  if (row.exclusion !== null) return TARGET_EXCLUSION_REASONS[row.exclusion];
  if (row.standing === 'held-out') return 'Left untreated on purpose, to compare with.';
  if (row.standing !== 'pending') return row.message;
  if (row.nextAttemptAt !== null)
    return row.attempt > 0 ? 'Tried again later.' : 'Asked again later.';
  return row.online ? 'Waits for its wave or its turn.' : 'Offline: begins when it connects.';
}

const TILES: Readonly<Record<Outcome, TileState>> = {
  success: 'success',
  soft: 'soft',
  hard: 'hard',
  open: 'unproven',
  'left-out': 'left-out',
};

export function toTiles(
  rows: readonly TargetRow[],
  provenLevel: GateRule['provenLevel'],
): CampaignTiles {
  return {
    tiles: rows
      .filter(({ standing }) => standing !== 'excluded')
      .map((row) => ({
        ...{ m: row.machineId, h: row.hostname, w: row.wave, s: tileOf(row, provenLevel) },
      })),
  };
}

function tileOf(row: TargetRow, provenLevel: GateRule['provenLevel']): TileState {
  if (row.standing === 'held-out') return 'held-out';
  if (row.standing === 'pending') return 'waiting';
  if (row.standing === 'in-flight') return row.runState === 'soaking' ? 'soaking' : 'working';
  return TILES[outcomeOfTarget(row, provenLevel)];
}

export function toMatrix(
  groups: readonly TargetGroup[],
  provenLevel: GateRule['provenLevel'],
): OutcomeMatrix {
  const cells = new Map<string, OutcomeMatrix['cells'][number]>();
  for (const group of groups) {
    const { verdict, code, machines } = group;
    if (group.standing !== 'ended' || verdict === null) continue;
    const key = `${verdict} ${code ?? ''}`;
    const known = cells.get(key);
    const outcome = outcomeOfTarget(group, provenLevel);
    cells.set(key, {
      ...{ verdict, code, symbol: code === null ? null : symbolOf(code) },
      machines: machines + (known?.machines ?? 0),
      // A cell of which some are proven far enough and some are not is open as a whole.
      outcome:
        known && known.outcome !== outcome
          ? outcomeOf({ verdict, proven: [] }, provenLevel)
          : outcome,
    });
  }
  return { cells: [...cells.values()].sort((a, b) => b.machines - a.machines) };
}

function symbolOf(code: string): string | null {
  return searchErrorCodes(code).find((entry) => entry.code === code)?.symbol ?? null;
}

export function toFeedEntry(move: CampaignMove & { id: string }): CampaignFeedEntry {
  const { id, wave, from, to, actor, message } = move;
  return { id, at: move.at.toISOString(), wave, from, to, actor, message };
}
