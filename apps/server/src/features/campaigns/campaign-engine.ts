import { Injectable } from '@nestjs/common';
import {
  campaignLifeCycle,
  type CampaignState,
  compareTreated,
  decide,
  type Decision,
  move,
  waveLifeCycle,
} from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { AuditService } from '../audit';
import { CampaignDispatchRepository } from './campaign-dispatch.repository';
import { CampaignDispatcher } from './campaign-dispatcher';
import { CampaignGrowth } from './campaign-growth';
import { CampaignRollBack } from './campaign-roll-back';
import { CampaignSettlement } from './campaign-settlement';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignWavesRepository } from './campaign-waves.repository';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';
import { factsOf, tallyOf } from './tallies';

/** States after which nothing is ordered any more. */
const OVER: readonly CampaignState[] = campaignLifeCycle.states.filter(
  (state) => campaignLifeCycle.isEnd(state) || state === 'completed',
);

/**
 * Takes campaigns forward, one step of one campaign in one transaction that has the campaign's row locked. Doing it
 * twice, on two servers at once, or being killed in the middle changes nothing: see docs/campaigns.md.
 */
@Injectable()
export class CampaignEngine {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly campaigns: CampaignsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly dispatches: CampaignDispatchRepository,
    private readonly settlement: CampaignSettlement,
    private readonly growth: CampaignGrowth,
    private readonly dispatcher: CampaignDispatcher,
    private readonly rollBack: CampaignRollBack,
  ) {}

  /** One step of a campaign; nothing when another server is just doing it. */
  async advance(id: string): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const campaign = await this.campaigns.tryLock(transaction, id);
      if (campaign) await this.step(transaction, campaign);
    });
  }

  /** One step of a campaign that the caller has locked. */
  async step(transaction: Transaction, campaign: CampaignRow): Promise<void> {
    const { id } = campaign;
    const now = timeFor(campaign, this.clock);
    await this.rollBack.step(transaction, id, now);
    if (campaign.state === 'draft' || campaign.launchedAt === null) return;
    await this.settlement.settle(transaction, campaign, now);
    await this.growth.grow(transaction, campaign, now);
    const decided = await this.decide(transaction, campaign, now);
    if (decided.state === 'running') {
      const ordered = await this.dispatcher.dispatch(transaction, decided, now);
      // The last order, or the last that needed none, takes the wave on.
      if (ordered.ordered + ordered.closed > 0) await this.decide(transaction, decided, now);
    }
    await this.campaigns.put(transaction, id, { advancedAt: now });
  }

  private async decide(
    transaction: Transaction,
    campaign: CampaignRow,
    now: Date,
  ): Promise<CampaignRow> {
    const { id } = campaign;
    const [groups, runGroups, waves] = await Promise.all([
      this.targets.groups(transaction, [id]),
      this.targets.runGroups(transaction, [id]),
      this.waves.all(transaction, id),
    ]);
    const decisions = decide(factsOf(campaign, { groups, runGroups, waves }), now);
    let current = campaign;
    for (const decision of decisions) {
      if (decision.type === 'wave') {
        const tally = tallyOf(
          groups.filter(({ wave }) => wave === decision.number),
          campaign.plan.gate.provenLevel,
        );
        await this.moveWave(transaction, current, decision, tally, now);
      } else {
        current = await this.moveCampaign(transaction, current, decision, now);
      }
    }
    if (decisions.length > 0) {
      await this.campaigns.addMoves(
        transaction,
        id,
        decisions.map((decision) => ({
          wave: decision.type === 'wave' ? decision.number : null,
          ...{ from: decision.from, to: decision.to, message: decision.message },
          ...{ actor: null, at: now },
        })),
      );
      this.events.tell(transaction, 'campaigns-changed', { campaignIds: [id] });
    }
    return current;
  }

  private async moveCampaign(
    transaction: Transaction,
    campaign: CampaignRow,
    decision: Extract<Decision, { type: 'campaign' }>,
    now: Date,
  ): Promise<CampaignRow> {
    const { id, name } = campaign;
    const to = move(campaignLifeCycle, decision.from, decision.to);
    const changes: Partial<CampaignRow> = {
      state: to,
      pauseReason: decision.pauseReason,
      pauseMessage: decision.pauseReason === null ? null : decision.message,
      ...(decision.from === 'scheduled' && to === 'running' ? { startedAt: now } : {}),
      ...(OVER.includes(to) && campaign.endedAt === null ? { endedAt: now } : {}),
    };
    await this.campaigns.put(transaction, id, changes);
    if (to === 'paused' || OVER.includes(to)) {
      await this.dispatcher.withdraw(transaction, id, `The campaign “${name}” is ${to}.`, now);
    }
    // Whoever has not begun never does, also where all waves were decided before the end came.
    if (OVER.includes(to)) {
      await this.targets.close(
        transaction,
        id,
        { wave: null },
        { verdict: 'expired', message: "The campaign's end came before its turn." },
      );
    }
    await this.audit.record(transaction, {
      actor: 'system',
      action: `campaign.${to}`,
      subjectType: 'campaign',
      subjectId: id,
      summary: `“${name}”: ${decision.message}`,
      before: { state: decision.from },
      after: { state: to, pauseReason: decision.pauseReason },
    });
    return { ...campaign, ...changes };
  }

  private async moveWave(
    transaction: Transaction,
    campaign: CampaignRow,
    decision: Extract<Decision, { type: 'wave' }>,
    tally: ReturnType<typeof tallyOf>,
    now: Date,
  ): Promise<void> {
    const { id, plan, fingerprintId } = campaign;
    const { number, waitUntil, soakUntil } = decision;
    const to = move(waveLifeCycle, decision.from, decision.to);
    const isDecided = to === 'passed' || to === 'failed' || to === 'inconclusive';
    const evidence = isDecided && {
      tally,
      gate: plan.gate,
      comparison:
        fingerprintId === null ? null : await this.compare(transaction, id, fingerprintId),
    };
    await this.waves.put(transaction, id, number, {
      ...{ state: to, waitUntil, soakUntil },
      ...(to === 'dispatching' ? { startedAt: now } : {}),
      ...(evidence ? { decidedAt: now, decision: decision.message, evidence } : {}),
    });
  }

  private async compare(transaction: Transaction, id: string, fingerprintId: string) {
    const counts = await this.dispatches.compared(transaction, id, fingerprintId);
    return compareTreated({
      treated: { machines: counts.treated, recovered: counts.treatedRecovered },
      waiting: { machines: counts.waiting, recovered: counts.waitingRecovered },
    });
  }
}

/** A campaign's time never goes back, even if a server's clock does. */
export function timeFor({ advancedAt }: Pick<CampaignRow, 'advancedAt'>, clock: Clock): Date {
  const now = clock.now();
  return advancedAt !== null && advancedAt > now ? advancedAt : now;
}
