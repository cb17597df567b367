import { Injectable } from '@nestjs/common';
import type { CampaignPlan, Guard, Selection } from '@fleetmend/dashboard-api';
import { drawWaves, type DrawnTarget, findPlaybook } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { FingerprintsService, type TargetFingerprint } from '../fingerprints';
import {
  CampaignCandidatesRepository,
  type Candidate,
  stratumOf,
} from './campaign-candidates.repository';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import {
  CampaignTargetsRepository,
  type NewTarget,
  type TargetRow,
} from './campaign-targets.repository';
import { outcomeOfTarget } from './tallies';

/** Machines of the playbook that the guard knows. */
const GUARDED_PLAYBOOK = 'reset-software-distribution';
/** Phases in which the update cache is not what is broken. */
const WRONG_PHASES: readonly string[] = ['install', 'reboot'];

/** A plan with the machines that it selects. */
export interface Targeted {
  readonly candidates: readonly Candidate[];
  readonly included: readonly Candidate[];
  readonly target: TargetFingerprint | null;
  /** Why the playbook is the wrong tool against the plan's failure. */
  readonly guard: Guard | null;
  readonly playbookVersion: number;
}

/** Finds out whom a plan is for, and who is left out and why. */
@Injectable()
export class CampaignTargeting {
  constructor(
    private readonly candidates: CampaignCandidatesRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly settings: CampaignSettingsRepository,
    private readonly fingerprints: FingerprintsService,
  ) {}

  /** `campaignId`: the campaign itself, so that its own targets are no reason against them. */
  async find(
    database: Queryable,
    plan: CampaignPlan,
    campaignId: string | null,
    now: Date,
  ): Promise<Targeted> {
    const { fingerprintId } = plan;
    const playbook = findPlaybook(plan.playbook, plan.playbookVersion);
    if (!playbook) {
      const message = 'There is no such playbook in this version.';
      throw new RequestError('invalid-request', message, {
        problems: [{ path: 'plan.playbook', message }],
      });
    }
    const target =
      fingerprintId === null ? null : await this.fingerprints.target(database, fingerprintId);
    const selection = await this.selectionOf(database, plan);
    const guards =
      playbook.name === GUARDED_PLAYBOOK && plan.overrideReason === null && target === null
        ? await this.guards(database, selection, plan, now)
        : { guarded: [], wrongPhase: [] };
    const { coolDownDays, chronicRuns } = await this.settings.read(database);
    const candidates =
      selection === null
        ? []
        : await this.candidates.all(database, selection, {
            ...{ campaignId, fingerprintId, now, ...guards, chronicRuns },
            playbook: { name: playbook.name, version: playbook.version },
            offlineDays: plan.targets.offlineDays,
            coolDownDays:
              plan.targets.source.type === 'failed-of' || plan.mode === 'dry-run'
                ? null
                : coolDownDays,
          });
    return {
      candidates,
      included: candidates.filter(({ exclusion }) => exclusion === null),
      target,
      guard: playbook.name === GUARDED_PLAYBOOK ? (target?.guard ?? null) : null,
      playbookVersion: playbook.version,
    };
  }

  /** Spreads the included machines over the waves, and keeps the others with their reasons. */
  draw(plan: CampaignPlan, { candidates, included }: Targeted): NewTarget[] {
    const { rollout } = plan;
    const drawn = drawWaves({
      machines: included.map((candidate) => ({
        id: candidate.machineId,
        strata: stratumOf(candidate, rollout.stratifyBy),
      })),
      ...{ waves: rollout.waves, seed: rollout.seed, canaries: rollout.canaries },
      holdOutPercent: rollout.holdOut?.percent ?? 0,
    });
    const left = candidates.filter(({ exclusion }) => exclusion !== null);
    return [
      ...drawn.map((target: DrawnTarget) => ({ ...target, exclusion: null })),
      ...left.map(({ machineId, exclusion }, index): NewTarget => ({
        ...{ machineId, exclusion, wave: null, role: 'member', stratum: '' },
        position: drawn.length + index,
      })),
    ];
  }

  /** Null = nobody: the failed ones of a campaign where none failed. */
  private async selectionOf(database: Queryable, plan: CampaignPlan): Promise<Selection | null> {
    const { source } = plan.targets;
    if (source.type !== 'failed-of') return source;
    const rows = await this.targets.everyone(database, source.campaignId);
    const machineIds = rows
      .filter((row) => isUnsuccessful(row, plan, source.outcomes))
      .map(({ machineId }) => machineId);
    return machineIds.length === 0 ? null : { type: 'machines', machineIds };
  }

  private async guards(
    database: Queryable,
    selection: Selection | null,
    plan: CampaignPlan,
    now: Date,
  ): Promise<{ guarded: string[]; wrongPhase: string[] }> {
    const guarded: string[] = [];
    const wrongPhase: string[] = [];
    if (selection === null) return { guarded, wrongPhase };
    const everyone = await this.candidates.all(database, selection, {
      ...{ campaignId: null, fingerprintId: null, now, guarded, wrongPhase },
      playbook: { name: plan.playbook, version: plan.playbookVersion ?? 1 },
      ...{ offlineDays: null, coolDownDays: null, chronicRuns: null },
    });
    const ids = await this.candidates.openFingerprints(
      database,
      everyone.map(({ machineId }) => machineId),
    );
    for (const id of ids) {
      const { guard, phase } = await this.fingerprints.target(database, id);
      if (!guard) continue;
      guarded.push(id);
      if (WRONG_PHASES.includes(phase)) wrongPhase.push(id);
    }
    return { guarded, wrongPhase };
  }
}

/**
 * Whether a target of an ended campaign is worth another campaign: everything that took part and did not end well, also
 * what never began.
 */
export function isUnsuccessful(
  row: TargetRow,
  plan: CampaignPlan,
  outcomes: readonly { readonly verdict: string; readonly code: string | null }[] | undefined,
): boolean {
  if (row.standing === 'excluded' || row.standing === 'held-out') return false;
  if (row.verdict === 'recovered-untreated') return false;
  if (outcomeOfTarget(row, plan.gate.provenLevel) === 'success') return false;
  if (outcomes === undefined) return true;
  return outcomes.some(({ verdict, code }) => verdict === row.verdict && code === row.code);
}
