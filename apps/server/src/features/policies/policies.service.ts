import { Injectable } from '@nestjs/common';
import type {
  NewPolicy,
  Policy,
  PolicyRehearsal,
  PolicyStateRequest,
} from '@fleetmend/dashboard-api';
import {
  findPlaybook,
  policyDay,
  policyMoveProblem,
  policyRoom,
  validateParameters,
  windowProblems,
} from '@fleetmend/domain';
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Queryable, sqlState, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { FingerprintsService } from '../fingerprints';
import { planOf, POLICY_EXCLUSION_REASONS, toPolicy } from './policies.mapper';
import { type CountedPolicyRow, PoliciesRepository, type PolicyRow } from './policies.repository';
import { PolicyApplyService } from './policy-apply.service';
import { PolicyCandidatesRepository } from './policy-candidates.repository';
import { PolicySwitch } from './policy-switch';

const DAY = 86_400_000;
const SHOWN = 200;

/** Standing policies, as people make, rehearse and switch them. */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly fingerprints: FingerprintsService,
    private readonly repository: PoliciesRepository,
    private readonly candidates: PolicyCandidatesRepository,
    private readonly apply: PolicyApplyService,
    private readonly mover: PolicySwitch,
  ) {}

  async list(): Promise<{ items: Policy[] }> {
    const rows = await this.counted(null);
    return { items: await Promise.all(rows.map((row) => this.show(row))) };
  }

  /** @throws {RequestError} `not-found` */
  async find(id: string): Promise<Policy> {
    const [row] = await this.counted(id);
    if (!row) throw notFound('policy');
    return this.show(row);
  }

  /** @throws {RequestError} `invalid-request`, `name-taken` */
  async create(given: NewPolicy, actor: Actor): Promise<Policy> {
    const id = await this.write(given.name, async (transaction) => {
      await this.refuseBroken(transaction, given);
      const now = this.clock.now();
      const { name, expiresAt, ...plan } = given;
      const row: PolicyRow = {
        ...{ id: uuidv7({ msecs: now.getTime() }), name, plan, expiresAt: new Date(expiresAt) },
        ...{ state: 'off', stateReason: null, stateBy: actor.email, stateAt: now },
        ...{ revision: 1, rehearsedAt: null, createdAt: now, createdBy: actor.email },
      };
      await this.repository.put(transaction, row);
      await this.record(transaction, actor, 'created', row, { after: planOf(row) });
      return row.id;
    });
    return this.find(id);
  }

  /** Whatever changes but the name puts it to off. @throws {RequestError} `not-found`, `invalid-request`, `name-taken` */
  async change(id: string, given: NewPolicy, actor: Actor): Promise<Policy> {
    await this.write(given.name, async (transaction) => {
      const before = await this.lock(transaction, id);
      await this.refuseBroken(transaction, given);
      const { name, expiresAt, ...plan } = given;
      const same = isDeepStrictEqual({ ...planOf(before), name }, { ...given });
      let row: PolicyRow = { ...before, name };
      if (!same) {
        const changed = { plan, expiresAt: new Date(expiresAt), revision: before.revision + 1 };
        row = { ...row, ...changed, rehearsedAt: null };
        await this.repository.forgetRehearsals(transaction, id);
      }
      await this.repository.put(transaction, row);
      const change = { before: planOf(before), after: planOf(row) };
      await this.record(transaction, actor, 'changed', row, change);
      if (!same && before.state !== 'off') {
        const reason = 'It was changed, and has to rehearse anew.';
        await this.mover.move(transaction, row, 'off', { actor, reason, at: this.clock.now() });
      }
    });
    return this.find(id);
  }

  /** @throws {RequestError} `not-found`; `conflict` while it is not off */
  async delete(id: string, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const row = await this.lock(transaction, id);
      if (row.state !== 'off') throw new RequestError('conflict', 'Switch it off first.');
      await this.repository.delete(transaction, id, this.clock.now());
      await this.record(transaction, actor, 'deleted', row, { before: planOf(row) });
    });
  }

  /** @throws {RequestError} `not-found`, `forbidden`; `conflict` with why it can't be moved so */
  async setState(id: string, request: PolicyStateRequest, actor: Actor): Promise<Policy> {
    const { state, reason, seenRehearsalAt } = request;
    if (state !== 'off' && actor.role !== 'administrator') {
      throw new RequestError('forbidden', 'Only administrators may switch a policy on.');
    }
    await this.database.inTransaction(async (transaction) => {
      const policy = await this.lock(transaction, id);
      const at = this.clock.now();
      const seen = seenRehearsalAt === null ? null : new Date(seenRehearsalAt);
      const problem = policyMoveProblem(policy, state, at, seen);
      if (problem !== undefined) throw new RequestError('conflict', problem);
      const more = state === 'on' ? { seenRehearsalAt } : {};
      await this.mover.move(transaction, policy, state, { actor, reason, at, more });
    });
    // Nobody has to wait for a minute to see what it would do.
    if (state === 'rehearsing') await this.apply.one(id);
    return this.find(id);
  }

  /** What it would have done, and how it would stand now. @throws {RequestError} `not-found` */
  async rehearsal(id: string): Promise<PolicyRehearsal> {
    const [row] = await this.counted(id);
    if (!row) throw notFound('policy');
    const [machines, days, excluded] = await Promise.all([
      this.repository.rehearsed(this.database, id, SHOWN),
      this.repository.rehearsedDays(this.database, id),
      this.excluded(row),
    ]);
    return {
      ...{ policyId: id, revision: row.revision, treated: row.rehearsed, days, excluded },
      rehearsedAt: row.rehearsedAt?.toISOString() ?? null,
      machines: machines.map((machine) => ({ ...machine, at: machine.at.toISOString() })),
    };
  }

  private async excluded(row: CountedPolicyRow): Promise<PolicyRehearsal['excluded']> {
    const playbook = findPlaybook(row.plan.playbook);
    if (!playbook) return [];
    const now = this.clock.now();
    const rules = await this.apply.rules(this.database, row, playbook, now);
    const counts = await this.candidates.counted(this.database, rules);
    const ready = counts.find(({ exclusion }) => exclusion === null)?.machines ?? 0;
    const { rehearsedToday } = await this.database.inTransaction((transaction) =>
      this.repository.standing(transaction, row.id, policyDay(now)),
    );
    const { dailyLimit, concurrency } = row.plan;
    const room =
      row.state === 'on'
        ? policyRoom({ ...row, dailyLimit, concurrency })
        : Math.max(0, dailyLimit - (row.state === 'rehearsing' ? rehearsedToday : 0));
    const over = { exclusion: 'over-the-limit' as const, machines: Math.max(0, ready - room) };
    return [...counts, over].flatMap(({ exclusion, machines }) =>
      exclusion === null || machines === 0
        ? []
        : [{ exclusion, machines, reason: POLICY_EXCLUSION_REASONS[exclusion] }],
    );
  }

  private counted(id: string | null): Promise<CountedPolicyRow[]> {
    const now = this.clock.now();
    const since = new Date(now.getTime() - 30 * DAY);
    return this.repository.counted(this.database, { id, day: policyDay(now), since });
  }

  private async show(row: CountedPolicyRow): Promise<Policy> {
    const { match } = row.plan;
    const label =
      match.type === 'fingerprint'
        ? (await this.fingerprints.target(this.database, match.fingerprintId)).label
        : `${match.code} in ${match.phase ?? 'any phase'}`;
    return toPolicy(row, label, this.clock.now());
  }

  private async lock(transaction: Transaction, id: string): Promise<PolicyRow> {
    const row = await this.repository.lock(transaction, id);
    if (!row) throw notFound('policy');
    return row;
  }

  private async write<T>(name: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.database.inTransaction(work);
    } catch (error) {
      if (sqlState(error) !== '23505') throw error;
      throw new RequestError('name-taken', `There is a policy called "${name}" already.`);
    }
  }

  private async refuseBroken(database: Queryable, given: NewPolicy): Promise<void> {
    const problems: { path: string; message: string }[] = [];
    const add = (path: string, message: string) => problems.push({ path, message });
    const playbook = findPlaybook(given.playbook);
    if (!playbook) {
      add('playbook', 'There is no such playbook.');
    } else {
      const checked = validateParameters(playbook, given.parameters);
      if (!checked.ok) checked.problems.forEach((message) => add('parameters', message));
    }
    given.windows.forEach((window, index) => {
      for (const { path, message } of windowProblems(window)) {
        add(`windows.${index}.${path}`, message);
      }
    });
    if (new Date(given.expiresAt) <= this.clock.now()) {
      add('expiresAt', 'This is in the past.');
    }
    if (given.match.type === 'fingerprint') {
      const { guard } = await this.fingerprints.target(database, given.match.fingerprintId);
      const resets = given.playbook === 'reset-software-distribution';
      if (resets && guard && given.overrideReason === null) {
        add('overrideReason', `${guard.reason} Say why to go on nevertheless.`);
      }
    }
    const [first] = problems;
    if (first) throw new RequestError('invalid-request', first.message, { problems });
  }

  private async record(
    transaction: Transaction,
    actor: Actor,
    verb: 'created' | 'changed' | 'deleted',
    row: PolicyRow,
    change: { before?: unknown; after?: unknown },
  ): Promise<void> {
    await this.audit.record(transaction, {
      ...{ actor, action: `policy.${verb}`, subjectType: 'policy', subjectId: row.id, ...change },
      summary: `${verb[0]?.toUpperCase()}${verb.slice(1)} the policy "${row.name}".`,
    });
    this.events.tell(transaction, 'list-changed', { list: 'policies' });
  }
}
