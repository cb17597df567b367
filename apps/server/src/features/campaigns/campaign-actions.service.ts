import { Inject, Injectable } from '@nestjs/common';
import type { CampaignActionRequest, CampaignDetail } from '@fleetmend/dashboard-api';
import { type CampaignAction, campaignActions } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { CampaignApproval } from './campaign-approval';
import { CampaignControl } from './campaign-control';
import { CampaignEngine, timeFor } from './campaign-engine';
import { CampaignLaunch } from './campaign-launch';
import { CampaignReader, type CountedCampaign } from './campaign-reader';
import { CampaignWavesRepository } from './campaign-waves.repository';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';

/** A decision about a campaign whose row is locked. */
export interface Decided {
  readonly transaction: Transaction;
  readonly campaign: CampaignRow;
  readonly actor: Actor;
  readonly now: Date;
  /** Whether the settings want a second person for this campaign. */
  readonly approvalNeeded: boolean;
}

/** What a decision did, for feed and audit. */
export interface Effect {
  readonly message: string;
  readonly wave?: number;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What people decide about campaigns. Each decision is one transaction with its audit entry, or nothing. */
@Injectable()
export class CampaignActionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly repository: CampaignsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly reader: CampaignReader,
    private readonly engine: CampaignEngine,
    private readonly launch: CampaignLaunch,
    private readonly approval: CampaignApproval,
    private readonly control: CampaignControl,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  /** @throws `not-open` when the campaign does not allow it now. */
  async act(id: string, request: CampaignActionRequest, actor: Actor): Promise<CampaignDetail> {
    await this.database.inTransaction(async (transaction) => {
      const campaign = await this.repository.lock(transaction, id);
      if (!campaign) throw notFound('campaign');
      const counted = await this.reader.count(transaction, campaign);
      const { standing } = await this.reader.standing(transaction, counted);
      requireOpen(request.action, campaignActions(standing), campaign);
      const now = timeFor(campaign, this.clock);
      const { approvalNeeded } = standing;
      const effect = await this.carryOut(
        { transaction, campaign, actor, now, approvalNeeded },
        request,
      );
      const after = await this.repository.find(transaction, id);
      if (!after) throw notFound('campaign');
      const reason = 'reason' in request ? request.reason : undefined;
      const message = reason === undefined ? effect.message : `${effect.message} ${reason}`;
      const moved = await this.moved(transaction, counted, after);
      const isTold = moved.some(({ wave }) => wave === (effect.wave ?? null));
      await this.repository.addMoves(
        transaction,
        id,
        [...(isTold ? [] : [{ wave: effect.wave ?? null, from: null, to: null }]), ...moved].map(
          (one) => ({ ...one, actor: actor.email, message, at: now }),
        ),
      );
      await this.audit.record(transaction, {
        ...{ actor, action: `campaign.${request.action}`, subjectType: 'campaign', subjectId: id },
        summary: `“${campaign.name}”: ${message}`,
        before: effect.before ?? { state: campaign.state, pauseReason: campaign.pauseReason },
        after: {
          ...{ state: after.state, pauseReason: after.pauseReason, reason: reason ?? null },
          ...(effect.after === undefined ? {} : { effect: effect.after }),
        },
      });
      this.events.tell(transaction, 'campaigns-changed', { campaignIds: [id] });
      await this.engine.step(transaction, after);
    });
    const campaign = await this.repository.find(this.database, id);
    if (!campaign) throw notFound('campaign');
    return this.reader.detail(campaign, actor, this.config.watchDays);
  }

  /** What a decision moved: the campaign, and each of its waves. */
  private async moved(transaction: Transaction, before: CountedCampaign, after: CampaignRow) {
    const waves = await this.waves.all(transaction, after.id);
    const states = new Map(before.waves.map(({ number, state }) => [number, state]));
    const all = [
      ...waves.map(({ number, state }) => ({
        ...{ wave: number, from: states.get(number) ?? state, to: state },
      })),
      { wave: null, from: before.campaign.state, to: after.state },
    ];
    return all.filter(({ from, to }) => from !== to);
  }

  private carryOut(decided: Decided, request: CampaignActionRequest): Promise<Effect> {
    switch (request.action) {
      case 'launch':
        return this.launch.launch(decided, request.expectedMachines);
      case 'submit':
        return this.approval.submit(decided);
      case 'withdraw':
        return this.approval.withdraw(decided);
      case 'approve':
        return this.approval.approve(decided);
      case 'reject':
        return this.approval.reject(decided);
      case 'change':
        return this.approval.change(decided, request.change, request.reason);
      case 'approve-change':
        return this.approval.approveChange(decided);
      case 'reject-change':
        return this.approval.rejectChange(decided);
      case 'pause':
        return this.control.pause(decided, request.reason);
      case 'resume':
        return this.control.resume(decided);
      case 'stop':
        return this.control.stop(decided);
      case 'skip-wave':
        return this.control.skipWave(decided, request.wave);
      case 'retry-wave':
        return this.control.retryWave(decided, request.wave);
      case 'wait-longer':
        return this.control.waitLonger(decided, request.wave, request.hours);
      case 'shrink':
        return this.control.shrink(decided, request.machines);
      case 'roll-back':
        return this.control.rollBack(decided, request.wave);
    }
  }
}

function requireOpen(
  action: CampaignAction,
  open: readonly CampaignAction[],
  { state }: CampaignRow,
): void {
  if (open.includes(action)) return;
  throw new RequestError(
    'not-open',
    `A campaign that is ${state} does not allow "${action}" now. It allows: ${open.join(', ') || 'nothing'}.`,
  );
}
