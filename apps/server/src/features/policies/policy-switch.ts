import { Injectable } from '@nestjs/common';
import type { PolicyState } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { RunDispatcher } from '../runs';
import { PoliciesRepository, type PolicyRow } from './policies.repository';

/** Who moves a policy, why, and what else the audit log is to keep of it. */
export interface PolicyMove {
  readonly actor: Actor | 'system';
  readonly reason: string;
  readonly at: Date;
  readonly more?: object;
}

/** The one place where a policy is switched. That it may be is asked before. */
@Injectable()
export class PolicySwitch {
  constructor(
    private readonly repository: PoliciesRepository,
    private readonly dispatcher: RunDispatcher,
    private readonly audit: AuditService,
    private readonly events: Events,
  ) {}

  /** The policy must be locked. Off takes back every order that no machine has fetched. */
  async move(
    transaction: Transaction,
    policy: PolicyRow,
    to: PolicyState,
    { actor, reason, at, more }: PolicyMove,
  ): Promise<PolicyRow> {
    const moved: PolicyRow = {
      ...{ ...policy, state: to, stateReason: reason, stateAt: at },
      stateBy: actor === 'system' ? 'system' : actor.email,
      rehearsedAt: to === 'rehearsing' ? null : policy.rehearsedAt,
    };
    await this.repository.put(transaction, moved);
    if (to === 'rehearsing') await this.repository.forgetRehearsals(transaction, policy.id);
    const cancelled = to === 'off' ? await this.withdraw(transaction, policy, at) : 0;
    await this.audit.record(transaction, {
      ...{ actor, action: `policy.${to}`, subjectType: 'policy', subjectId: policy.id },
      summary: `The policy "${policy.name}" is ${to} now: ${reason}`,
      before: { state: policy.state },
      after: { state: to, reason, ...(to === 'off' ? { cancelled } : {}), ...more },
    });
    this.events.tell(transaction, 'list-changed', { list: 'policies' });
    return moved;
  }

  private async withdraw(transaction: Transaction, policy: PolicyRow, at: Date): Promise<number> {
    let cancelled = 0;
    const message = `The policy "${policy.name}" was switched off.`;
    for (const id of await this.repository.waitingRemediations(transaction, policy.id)) {
      cancelled += (await this.dispatcher.withdraw(transaction, id, { message, at })).length;
    }
    return cancelled;
  }
}
