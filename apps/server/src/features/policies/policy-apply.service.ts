import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  findPlaybook,
  openWindow,
  type Playbook,
  policyDay,
  policyHarm,
  policyRoom,
  POLICY_WATCHED_RUNS,
} from '@fleetmend/domain';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Queryable, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { AuditService } from '../audit';
import { CampaignDispatchRepository, CampaignSettingsRepository } from '../campaigns';
import { FingerprintsService } from '../fingerprints';
import { EmergencyStopService, RunDispatcher } from '../runs';
import { PoliciesRepository, type PolicyRow } from './policies.repository';
import {
  type CandidateRules,
  type PolicyCandidate,
  PolicyCandidatesRepository,
} from './policy-candidates.repository';
import { PolicySwitch } from './policy-switch';

/** So long a machine may take to fetch its order; after that it is not begun any more. */
const LEASE = 15 * 60_000;

/** A candidate, and until when it may fetch its order. */
type Chosen = PolicyCandidate & { readonly until: Date };

/**
 * Acts for standing policies: once a minute, one transaction for each, with its row locked. Everything that limits it is
 * counted from rows while it is locked, so that neither a second server nor one that is killed makes one run too many.
 */
@Injectable()
export class PolicyApplyService implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly stop: EmergencyStopService,
    private readonly fingerprints: FingerprintsService,
    private readonly repository: PoliciesRepository,
    private readonly candidates: PolicyCandidatesRepository,
    private readonly settings: CampaignSettingsRepository,
    private readonly dispatch: CampaignDispatchRepository,
    private readonly dispatcher: RunDispatcher,
    private readonly mover: PolicySwitch,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'policies.apply',
      everySeconds: 60,
      timeoutSeconds: 120,
      run: (signal) => this.all(signal),
    });
  }

  /** Acts for every policy that rehearses or is on. */
  async all(signal?: AbortSignal): Promise<void> {
    for (const id of await this.repository.active(this.database)) {
      if (signal?.aborted === true) return;
      await this.one(id);
    }
  }

  /** Acts for one policy; answers how many machines it began with, or would have. */
  one(id: string): Promise<number> {
    return this.database.inTransaction(async (transaction) => {
      const policy = await this.repository.lockIfFree(transaction, id);
      if (!policy || policy.state === 'off') return 0;
      const now = this.clock.now();
      const reason = await this.mustStop(transaction, policy, now);
      if (reason !== undefined) {
        await this.mover.move(transaction, policy, 'off', { actor: 'system', reason, at: now });
        return 0;
      }
      return policy.state === 'on'
        ? this.act(transaction, policy, now)
        : this.rehearse(transaction, policy, now);
    });
  }

  /** What is asked of machines for this policy now. */
  async rules(
    database: Queryable,
    policy: Pick<PolicyRow, 'id' | 'plan'>,
    playbook: Playbook,
    now: Date,
  ): Promise<CandidateRules> {
    const { id: policyId, plan } = policy;
    const guarded: string[] = [];
    if (playbook.name === 'reset-software-distribution' && plan.overrideReason === null) {
      for (const id of await this.candidates.matched(database, plan)) {
        if ((await this.fingerprints.target(database, id)).guard) guarded.push(id);
      }
    }
    const { coolDownDays, chronicRuns } = await this.settings.read(database);
    return {
      ...{ policyId, plan, playbook, now, day: policyDay(now), guarded, chronicRuns },
      coolDownDays: Math.max(plan.coolDownDays, coolDownDays),
    };
  }

  private async mustStop(
    transaction: Transaction,
    policy: PolicyRow,
    now: Date,
  ): Promise<string | undefined> {
    if (policy.expiresAt <= now) return 'Its last day is over.';
    if (!findPlaybook(policy.plan.playbook)) return 'This server does not have its playbook.';
    if (policy.state !== 'on') return undefined;
    const verdicts = await this.repository.newestVerdicts(
      transaction,
      policy.id,
      policy.stateAt,
      POLICY_WATCHED_RUNS,
    );
    return policyHarm(verdicts);
  }

  /** Windows don't matter: what a policy would do at night can be seen by day. */
  private async rehearse(transaction: Transaction, policy: PolicyRow, now: Date): Promise<number> {
    const playbook = findPlaybook(policy.plan.playbook);
    if (!playbook) return 0;
    const { dailyLimit } = policy.plan;
    const day = policyDay(now);
    const { rehearsedToday } = await this.repository.standing(transaction, policy.id, day);
    const room = Math.max(0, dailyLimit - rehearsedToday);
    const rules = await this.rules(transaction, policy, playbook, now);
    const ready = await this.candidates.ready(transaction, rules);
    const machines = ready.slice(0, room);
    await this.repository.addRehearsal(transaction, { id: policy.id, day, at: now }, machines);
    if (machines.length > 0 || policy.rehearsedAt === null) {
      this.events.tell(transaction, 'list-changed', { list: 'policies' });
    }
    return machines.length;
  }

  private async act(transaction: Transaction, policy: PolicyRow, now: Date): Promise<number> {
    const playbook = findPlaybook(policy.plan.playbook);
    if (!playbook || (await this.stop.isOn(transaction))) return 0;
    const { dailyLimit, concurrency } = policy.plan;
    const day = policyDay(now);
    const standing = await this.repository.standing(transaction, policy.id, day);
    const own = policyRoom({ dailyLimit, concurrency, ...standing });
    if (own === 0) return 0;
    // The limit of the fleet is one for all campaigns and policies.
    const { fleetConcurrency } = await this.settings.read(transaction);
    await this.dispatch.lockDispatch(transaction);
    const { fleet } = await this.dispatch.atWork(transaction, null);
    const room = Math.max(0, Math.min(own, fleetConcurrency - fleet));
    const rules = await this.rules(transaction, policy, playbook, now);
    const ready = await this.candidates.ready(transaction, rules);
    const chosen = inWindow(ready, policy, now).slice(0, room);
    let begun = 0;
    for (const group of alike(chosen)) {
      begun += await this.order(transaction, policy, playbook, group, { day, now });
    }
    if (begun === 0) return 0;
    await this.audit.record(transaction, {
      ...{ actor: 'system', action: 'policy.ordered', subjectType: 'policy' },
      subjectId: policy.id,
      summary: `The policy "${policy.name}" began with ${begun} ${begun === 1 ? 'machine' : 'machines'}.`,
      after: { machines: begun, begunToday: standing.begunToday + begun, dailyLimit },
    });
    this.events.tell(transaction, 'list-changed', { list: 'policies' });
    return begun;
  }

  /** Makes runs against one failure, under the remediation of the day. */
  private async order(
    transaction: Transaction,
    policy: PolicyRow,
    playbook: Playbook,
    group: readonly [Chosen, ...Chosen[]],
    { day, now }: { readonly day: string; readonly now: Date },
  ): Promise<number> {
    const { id, revision, plan } = policy;
    const [{ fingerprintId, until }] = group;
    const made = {
      ...{ playbook: playbook.name, playbookVersion: playbook.version, mode: 'execute' as const },
      ...{ parameters: plan.parameters, fingerprintId, createdAt: now, expiresAt: until },
    };
    let remediationId = await this.repository.remediationOf(
      transaction,
      { id, revision, day },
      fingerprintId,
    );
    if (remediationId === undefined) {
      remediationId = uuidv7({ msecs: now.getTime() });
      const { label, guard } = await this.fingerprints.target(transaction, fingerprintId);
      await this.dispatcher.open(transaction, {
        ...made,
        ...{ id: remediationId, requestId: uuidv4(), createdBy: policy.stateBy },
        reason: `${label} (policy: ${policy.name})`,
        overrideReason: guard ? plan.overrideReason : null,
        expiresAt: policy.expiresAt,
      });
    }
    const machineIds = group.map(({ machineId }) => machineId);
    const runs = await this.dispatcher.dispatch(
      transaction,
      { type: 'machines', machineIds },
      { ...made, remediationId },
    );
    await this.repository.addRuns(
      transaction,
      { id, revision, day, at: now },
      runs.map((run) => run.id),
    );
    this.events.tell(transaction, 'fingerprints-changed', { fingerprintIds: [fingerprintId] });
    return runs.length;
  }
}

/** Those in whose window now is, and until when their orders hold: never beyond the window or the policy's last day. */
function inWindow(
  ready: readonly PolicyCandidate[],
  { plan, expiresAt }: PolicyRow,
  now: Date,
): Chosen[] {
  const lease = Math.min(now.getTime() + LEASE, expiresAt.getTime());
  return ready.flatMap((candidate) => {
    const open = openWindow(plan.windows, candidate.timeZone ?? undefined, now);
    if (!open) return [];
    return [{ ...candidate, until: new Date(Math.min(lease, open.until.getTime())) }];
  });
}

/** Groups of candidates whose runs are alike. */
function alike(chosen: readonly Chosen[]): (readonly [Chosen, ...Chosen[]])[] {
  const groups = new Map<string, [Chosen, ...Chosen[]]>();
  for (const each of chosen) {
    const key = `${each.fingerprintId} ${each.until.getTime()}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}
