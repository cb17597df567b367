import { Inject, Injectable } from '@nestjs/common';
import type {
  Campaign,
  CampaignDetail,
  CampaignFeedEntry,
  CampaignPlan,
  CampaignQuery,
  CampaignTarget,
  CampaignTargetQuery,
  CampaignTiles,
  MachineCampaign,
  NewCampaign,
  OutcomeMatrix,
  Page,
  RetryFailed,
} from '@fleetmend/dashboard-api';
import { validateParameters, findPlaybook, planProblems } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database, type Queryable, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { toCsv } from './campaign-report';
import { CampaignReader } from './campaign-reader';
import { sizesOf } from './campaign-standing';
import { CampaignTargeting, type Targeted } from './campaign-targeting';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import {
  toCampaign,
  toFeedEntry,
  toMachineCampaign,
  toMatrix,
  toTarget,
  toTiles,
} from './campaigns.mapper';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';

/** Drafts, and everything that is read of campaigns. What people decide is in `CampaignActionsService`. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly repository: CampaignsRepository,
    private readonly targets: CampaignTargetsRepository,
    private readonly targeting: CampaignTargeting,
    private readonly reader: CampaignReader,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  async page(query: CampaignQuery): Promise<Page<Campaign>> {
    const { rows, total } = await this.repository.page(this.database, query);
    const counted = await this.reader.countAll(this.database, rows.slice(0, query.limit));
    const found = new Map(counted.map((each) => [each.campaign.id, each]));
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.sortKey, row.id],
      (row) => toCampaign(row, found.get(row.id)),
      total,
    );
  }

  async find(id: string, actor: Actor): Promise<CampaignDetail> {
    const campaign = await this.row(this.database, id);
    return this.reader.detail(campaign, actor, this.config.watchDays);
  }

  /** Makes a draft. The same request again answers what it made the first time. */
  async create(request: NewCampaign, actor: Actor): Promise<CampaignDetail> {
    const id = await this.database.inTransaction(async (transaction) => {
      const known = await this.repository.idOfRequest(transaction, request.requestId);
      return known ?? this.add(transaction, request, actor);
    });
    return this.find(id, actor);
  }

  /** Changes a draft; one that was approved or rejected becomes a draft again. */
  async change(id: string, plan: CampaignPlan, actor: Actor): Promise<CampaignDetail> {
    await this.database.inTransaction(async (transaction) => {
      const before = await this.locked(transaction, id);
      if (!['draft', 'rejected', 'approved'].includes(before.state)) {
        throw new RequestError('not-open', `A campaign that is ${before.state} can not be edited.`);
      }
      const now = this.clock.now();
      const { targeted, plan: checked } = await this.check(transaction, plan, id, now);
      await this.repository.put(transaction, id, {
        ...columnsOf(checked, targeted),
        ...{ state: 'draft', changedBy: actor.email },
        ...{ submittedBy: null, approvedBy: null, approvedAt: null },
      });
      if (before.state !== 'draft') {
        await this.repository.addMoves(transaction, id, [
          ...[{ wave: null, from: before.state, to: 'draft', actor: actor.email, at: now }].map(
            (move) => ({ ...move, message: 'Its plan was changed.' }),
          ),
        ]);
      }
      await this.audit.record(transaction, {
        ...{ actor, action: 'campaign.edited', subjectType: 'campaign', subjectId: id },
        ...{
          summary: `Edited the campaign “${checked.name}”.`,
          before: before.plan,
          after: checked,
        },
      });
      this.events.tell(transaction, 'campaigns-changed', { campaignIds: [id] });
    });
    return this.find(id, actor);
  }

  async discard(id: string, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const campaign = await this.locked(transaction, id);
      if (campaign.launchedAt !== null || campaign.state === 'pending-approval') {
        throw new RequestError('not-open', 'Only drafts can be discarded.');
      }
      await this.repository.remove(transaction, id);
      await this.audit.record(transaction, {
        ...{ actor, action: 'campaign.discarded', subjectType: 'campaign', subjectId: id },
        ...{ summary: `Discarded the campaign “${campaign.name}”.`, before: campaign.plan },
      });
      this.events.tell(transaction, 'campaigns-changed', { campaignIds: [id] });
    });
  }

  /** A draft for those of an ended campaign that did not end well, also those that never began. */
  async retryFailed(id: string, request: RetryFailed, actor: Actor): Promise<CampaignDetail> {
    const campaign = await this.row(this.database, id);
    if (campaign.endedAt === null) {
      throw new RequestError('not-open', 'The campaign has not ended.');
    }
    const now = this.clock.now();
    const { plan } = campaign;
    const days = Math.max(
      1,
      Math.ceil((campaign.endAt.getTime() - campaign.createdAt.getTime()) / 86_400_000),
    );
    return this.create(
      {
        ...{ requestId: request.requestId, parentId: id },
        plan: {
          ...plan,
          name: `${plan.name.slice(0, 80)} (failed ones)`,
          playbookVersion: campaign.playbookVersion,
          targets: {
            ...plan.targets,
            dynamicUntil: null,
            source: {
              ...{ type: 'failed-of', campaignId: id },
              ...(request.outcomes && { outcomes: request.outcomes }),
            },
          },
          rollout: { ...plan.rollout, canaries: [], holdOut: null },
          execution: {
            ...plan.execution,
            startAt: null,
            endAt: new Date(now.getTime() + days * 86_400_000).toISOString(),
          },
        },
      },
      actor,
    );
  }

  async targetPage(id: string, query: CampaignTargetQuery): Promise<Page<CampaignTarget>> {
    await this.row(this.database, id);
    const { rows, total } = await this.targets.page(this.database, id, query);
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.machineId], toTarget, total);
  }

  /** Where a machine takes part or waits. */
  async ofMachine(machineId: string): Promise<{ items: MachineCampaign[] }> {
    const rows = await this.targets.ofMachine(this.database, machineId);
    return { items: rows.map(toMachineCampaign) };
  }

  async tiles(id: string): Promise<CampaignTiles> {
    const { plan } = await this.row(this.database, id);
    return toTiles(await this.targets.everyone(this.database, id), plan.gate.provenLevel);
  }

  async matrix(id: string): Promise<OutcomeMatrix> {
    const { plan } = await this.row(this.database, id);
    return toMatrix(await this.targets.groups(this.database, [id]), plan.gate.provenLevel);
  }

  /** Every machine and its outcome, for spreadsheets. */
  async csv(id: string): Promise<string> {
    const { plan } = await this.row(this.database, id);
    return toCsv(await this.targets.everyone(this.database, id), plan.gate.provenLevel);
  }

  async feed(
    id: string,
    query: { cursor?: string | undefined; limit: number },
  ): Promise<Page<CampaignFeedEntry>> {
    await this.row(this.database, id);
    const rows = await this.repository.moves(this.database, id, query);
    return pageFrom(rows, query.limit, (row) => [row.id], toFeedEntry);
  }

  /** @throws `invalid-request` with everything that is wrong with the plan, by field. */
  async check(
    database: Queryable,
    plan: CampaignPlan,
    campaignId: string | null,
    now: Date,
  ): Promise<{ targeted: Targeted; plan: CampaignPlan }> {
    const targeted = await this.targeting.find(database, plan, campaignId, now);
    const problems = problemsOf(plan, targeted, sizesOf(this.targeting.draw(plan, targeted)), now);
    if (problems.length > 0) {
      throw new RequestError('invalid-request', 'The plan can not be carried out as it is.', {
        problems: problems.map(({ path, message }) => ({ path: `plan.${path}`, message })),
      });
    }
    return { targeted, plan: { ...plan, playbookVersion: targeted.playbookVersion } };
  }

  private async add(transaction: Transaction, request: NewCampaign, actor: Actor): Promise<string> {
    const now = this.clock.now();
    const { plan, targeted } = await this.check(transaction, request.plan, null, now);
    const id = uuidv7({ msecs: now.getTime() });
    const added = await this.repository.add(transaction, {
      ...{ id, requestId: request.requestId, parentId: request.parentId, state: 'draft' },
      ...columnsOf(plan, targeted),
      ...{ createdAt: now, createdBy: actor.email, changedBy: actor.email },
      ...{ pauseReason: null, pauseMessage: null, submittedBy: null, approvedBy: null },
      ...{ approvedAt: null, proposedChange: null, proposedReason: null, proposedBy: null },
      ...{ proposedAt: null, launchedAt: null, launchedBy: null, startedAt: null },
      ...{ endedAt: null, advancedAt: null },
    });
    if (!added) {
      const other = await this.repository.idOfRequest(transaction, request.requestId);
      if (other !== undefined) return other;
      throw new RequestError('conflict', 'The same request is just being worked on. Try again.');
    }
    await this.repository.addMoves(transaction, id, [
      { wave: null, from: null, to: 'draft', actor: actor.email, message: 'Drafted.', at: now },
    ]);
    await this.audit.record(transaction, {
      ...{ actor, action: 'campaign.drafted', subjectType: 'campaign', subjectId: id },
      ...{ summary: `Drafted the campaign “${plan.name}”.`, after: plan },
    });
    this.events.tell(transaction, 'campaigns-changed', { campaignIds: [id] });
    return id;
  }

  private async row(database: Queryable, id: string): Promise<CampaignRow> {
    const row = await this.repository.find(database, id);
    if (!row) throw notFound('campaign');
    return row;
  }

  private async locked(transaction: Transaction, id: string): Promise<CampaignRow> {
    const row = await this.repository.lock(transaction, id);
    if (!row) throw notFound('campaign');
    return row;
  }
}

/** Everything that keeps a plan from being saved, by field. */
export function problemsOf(
  plan: CampaignPlan,
  targeted: Targeted,
  waveSizes: readonly number[],
  now: Date,
): { path: string; message: string }[] {
  const playbook = findPlaybook(plan.playbook, targeted.playbookVersion);
  const parameters = playbook && validateParameters(playbook, plan.parameters);
  const { dynamicUntil, source } = plan.targets;
  return [
    ...(parameters?.ok === false
      ? parameters.problems.map((message) => ({ path: 'parameters', message }))
      : []),
    ...(targeted.guard && plan.mode === 'execute' && plan.overrideReason === null
      ? [{ path: 'overrideReason', message: targeted.guard.reason }]
      : []),
    ...(dynamicUntil !== null && source.type !== 'matching'
      ? [{ path: 'targets.dynamicUntil', message: 'only a filter can match machines later' }]
      : []),
    ...planProblems({ ...plan, dynamicUntil }, waveSizes, now),
  ];
}

function columnsOf(plan: CampaignPlan, targeted: Targeted) {
  return {
    ...{ name: plan.name, plan, playbook: plan.playbook, mode: plan.mode },
    playbookVersion: targeted.playbookVersion,
    fingerprintId: plan.fingerprintId,
    failure: targeted.target?.label ?? null,
    endAt: new Date(plan.execution.endAt),
  };
}
