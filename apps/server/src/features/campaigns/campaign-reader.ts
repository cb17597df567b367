import { Injectable } from '@nestjs/common';
import { type CampaignDetail, type Comparison, comparisonSchema } from '@fleetmend/dashboard-api';
import {
  type CampaignFacts,
  campaignActions,
  compareTreated,
  type Recovery,
} from '@fleetmend/domain';
import * as z from 'zod';
import { Clock } from '../../platform/clock';
import { Database, type Queryable } from '../../platform/database';
import type { Actor } from '../../platform/http';
import { EmergencyStopService, RunDispatcher } from '../runs';
import { CampaignDispatchRepository } from './campaign-dispatch.repository';
import { lastDispatchable, opensNext } from './campaign-dispatcher';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import { needsApproval, standingOf } from './campaign-standing';
import { CampaignTargeting } from './campaign-targeting';
import { CampaignTargetsRepository, type TargetGroup } from './campaign-targets.repository';
import { CampaignUndosRepository } from './campaign-undos.repository';
import { CampaignWavesRepository, type WaveRow } from './campaign-waves.repository';
import { toDetail } from './campaigns.mapper';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';
import { factsOf } from './tallies';
import { waitingFor } from './waiting-for';

/** A campaign with what was counted of it in one moment. */
export interface CountedCampaign {
  readonly campaign: CampaignRow;
  readonly groups: readonly TargetGroup[];
  readonly runGroups: readonly TargetGroup[];
  readonly waves: readonly WaveRow[];
  readonly facts: CampaignFacts;
}

/** Reads a campaign with everything that its page shows. */
@Injectable()
export class CampaignReader {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly campaigns: CampaignsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly dispatches: CampaignDispatchRepository,
    private readonly undos: CampaignUndosRepository,
    private readonly settings: CampaignSettingsRepository,
    private readonly targeting: CampaignTargeting,
    private readonly runs: RunDispatcher,
    private readonly stop: EmergencyStopService,
  ) {}

  async count(database: Queryable, campaign: CampaignRow): Promise<CountedCampaign> {
    const [counted] = await this.countAll(database, [campaign]);
    if (!counted) throw new Error('What was counted is gone.');
    return counted;
  }

  /** However many they are, in as many statements as for one. */
  async countAll(
    database: Queryable,
    campaigns: readonly CampaignRow[],
  ): Promise<CountedCampaign[]> {
    const ids = campaigns.map(({ id }) => id);
    const [allGroups, allRunGroups, allWaves] = await Promise.all([
      this.targets.groups(database, ids),
      this.targets.runGroups(database, ids),
      this.waves.ofAll(database, ids),
    ]);
    return campaigns.map((campaign) => {
      const of = <T extends { campaignId: string }>(all: readonly T[]) =>
        all.filter(({ campaignId }) => campaignId === campaign.id);
      const [groups, runGroups, waves] = [of(allGroups), of(allRunGroups), of(allWaves)];
      const facts = factsOf(campaign, { groups, runGroups, waves });
      return { campaign, groups, runGroups, waves, facts };
    });
  }

  /** How a campaign stands; of a draft, how many machines it would have now. */
  async standing(database: Queryable, counted: CountedCampaign) {
    const { campaign, waves, facts } = counted;
    const machines =
      campaign.launchedAt === null
        ? (await this.targeting.find(database, campaign.plan, campaign.id, this.clock.now()))
            .included.length
        : facts.machines;
    const remediations = await this.waves.remediations(database, campaign.id, null);
    const reversible = await this.runs.reversible(database, remediations);
    const failed = facts.waves.reduce(
      (sum, { tally }) => sum + tally.hard + tally.soft + tally.leftOut,
      0,
    );
    const approvalNeeded = needsApproval(await this.settings.read(database), machines);
    return {
      machines,
      standing: standingOf(campaign, waves, {
        ...{ approvalNeeded, failed, reversible: reversible.length },
      }),
    };
  }

  async detail(campaign: CampaignRow, actor: Actor, watchDays: number): Promise<CampaignDetail> {
    const { id, fingerprintId, plan } = campaign;
    const { database } = this;
    const now = this.clock.now();
    const counted = await this.count(database, campaign);
    const last = lastDispatchable(counted.waves);
    const [
      { standing, machines },
      exclusions,
      heldOut,
      rollBack,
      children,
      compared,
      zones,
      isStopped,
    ] = await Promise.all([
      this.standing(database, counted),
      this.targets.exclusions(database, id),
      this.targets.heldOut(database, id, fingerprintId),
      this.undos.count(database, id),
      this.campaigns.children(database, id),
      fingerprintId === null ? null : this.dispatches.compared(database, id, fingerprintId),
      this.dispatches.zones(database, id, last ?? 0),
      this.stop.isOn(database),
    ]);
    const windowOpensAt =
      campaign.state === 'running' ? opensNext(plan.execution.windows, zones, now) : null;
    return toDetail(counted, {
      ...{ machines, exclusions, heldOut, rollBack, children, now, watchDays, windowOpensAt },
      approvalNeeded: standing.approvalNeeded,
      actions: actor.role === 'viewer' ? [] : campaignActions(standing),
      comparison: comparisonOf(counted.waves, {
        treated: { machines: compared?.treated ?? 0, recovered: compared?.treatedRecovered ?? 0 },
        waiting: { machines: compared?.waiting ?? 0, recovered: compared?.waitingRecovered ?? 0 },
      }),
      waitingFor: waitingFor({ counted, isStopped, windowOpensAt, now }),
    });
  }
}

/** What was kept of a wave when it was decided. */
const evidenceSchema = z.object({ comparison: comparisonSchema.omit({ asOfWave: true }) });

/**
 * Treated machines against waiting ones. When nobody waits any more there is nothing to compare now: then it is what was
 * compared when the last wave was decided while machines still waited.
 */
function comparisonOf(
  waves: readonly WaveRow[],
  now: { readonly treated: Recovery; readonly waiting: Recovery },
): Comparison {
  if (now.waiting.machines === 0) {
    for (const { number, evidence } of waves.toReversed()) {
      const kept = evidenceSchema.safeParse(evidence).data?.comparison;
      if (kept && kept.waiting.machines > 0 && kept.treated.machines > 0) {
        return { ...kept, asOfWave: number };
      }
    }
  }
  return { ...compareTreated(now), asOfWave: null };
}
