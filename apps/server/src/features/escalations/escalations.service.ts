import { Injectable } from '@nestjs/common';
import type {
  Escalation,
  EscalationDecided,
  EscalationDecision,
  EscalationQuery,
  Page,
} from '@fleetmend/dashboard-api';
import { escalationLifeCycle, type EscalationState } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { EmergencyStopService } from '../runs';
import { EscalationOrders, type OrderResult } from './escalation-orders';
import { toEscalation } from './escalations.mapper';
import {
  type EscalationMove,
  type EscalationRow,
  EscalationsRepository,
} from './escalations.repository';

type Decision = EscalationDecision['decision'];

/** What each decision is for. */
const DECIDES: Readonly<Record<Decision, readonly EscalationState[]>> = {
  approve: ['open'],
  dismiss: ['open', 'approved'],
  settle: ['handed-over'],
};
const WORDS: Readonly<Record<Decision, { verb: string; action: string }>> = {
  approve: { verb: 'Approved', action: 'escalation.approved' },
  dismiss: { verb: 'Dismissed', action: 'escalation.dismissed' },
  settle: { verb: 'Settled', action: 'escalation.settled' },
};
/** More than that is nobody's decision. */
const AT_ONCE = 5000;

interface Outcome {
  readonly moves: readonly EscalationMove[];
  readonly remediationIds: readonly string[];
}

/** What rules propose, and what people make of it. */
@Injectable()
export class EscalationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly stop: EmergencyStopService,
    private readonly repository: EscalationsRepository,
    private readonly orders: EscalationOrders,
  ) {}

  async page(query: EscalationQuery): Promise<Page<Escalation>> {
    const { rows, total } = await this.repository.page(this.database, query);
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.id], toEscalation, total);
  }

  /**
   * Decides about some, or about all of a rule, all or nothing. What is approved is ordered at once where its machine is
   * free, and as soon as it is elsewhere.
   * @throws {RequestError} `selection-changed`, `emergency-stop`
   */
  decide(request: EscalationDecision, actor: Actor): Promise<EscalationDecided> {
    return this.database.inTransaction(async (transaction) => {
      const rows = await this.lock(transaction, request);
      const allowed = DECIDES[request.decision];
      const decided = rows.filter(({ state }) => allowed.includes(state));
      const { moves, remediationIds } =
        request.decision === 'approve'
          ? await this.approve(transaction, decided, request.reason, actor)
          : this.close(decided, request, actor);
      if (moves.length > 0) {
        await this.repository.move(transaction, moves);
        await this.record(transaction, request, actor, decided, remediationIds);
        this.events.tell(transaction, 'list-changed', { list: 'escalations' });
      }
      const number = (state: EscalationState) =>
        moves.filter((each) => each.state === state).length;
      return {
        decided: moves.length,
        ...{ ordered: number('ordered'), handedOver: number('handed-over') },
        waiting: number('approved'),
        left: leftOf(request, rows, allowed),
      };
    });
  }

  private async lock(
    transaction: Transaction,
    { decision, which }: EscalationDecision,
  ): Promise<EscalationRow[]> {
    if (which.type === 'chosen') return this.repository.lock(transaction, which.ids);
    const { ruleId, expected } = which;
    const rows = await this.repository.lockOfRule(transaction, ruleId, DECIDES[decision], AT_ONCE);
    if (rows.length === expected) return rows;
    throw new RequestError(
      'selection-changed',
      `You saw ${expected} of this rule; now there are ${rows.length}. Look at them again.`,
    );
  }

  private async approve(
    transaction: Transaction,
    rows: readonly EscalationRow[],
    reason: string,
    actor: Actor,
  ): Promise<Outcome> {
    const now = this.clock.now();
    const by = { decidedBy: actor.email, decidedAt: now };
    const handed = rows.filter(({ step }) => step.type === 'hand-over');
    const ordered = rows.filter(({ step }) => step.type === 'playbook');
    if (ordered.length > 0 && (await this.stop.isOn(transaction))) {
      throw new RequestError('emergency-stop', 'All orders are stopped. Release them first.');
    }
    const results = await this.orders.give(
      transaction,
      ordered,
      { name: actor.email, overrideReason: reason },
      now,
    );
    return {
      moves: [
        ...handed.map(({ id }): EscalationMove => {
          return { id, state: 'handed-over', note: reason, ...by };
        }),
        ...results.map((each): EscalationMove => ({ ...approved(each), ...by })),
      ],
      remediationIds: [
        ...new Set(results.flatMap((each) => ('remediationId' in each ? each.remediationId : []))),
      ],
    };
  }

  private close(
    rows: readonly EscalationRow[],
    { decision, reason }: EscalationDecision,
    actor: Actor,
  ): Outcome {
    const state = decision === 'settle' ? 'settled' : 'dismissed';
    const by = { decidedBy: actor.email, decidedAt: this.clock.now() };
    return {
      moves: rows.map(({ id }) => ({ id, state, note: reason, ...by })),
      remediationIds: [],
    };
  }

  private async record(
    transaction: Transaction,
    { decision, reason }: EscalationDecision,
    actor: Actor,
    rows: readonly EscalationRow[],
    remediationIds: readonly string[],
  ): Promise<void> {
    const [first] = rows;
    const { verb, action } = WORDS[decision];
    const what = rows.length === 1 ? `on ${first?.hostname}` : `on ${rows.length} machines`;
    const names = [...new Set(rows.map(({ ruleName }) => `"${ruleName}"`))];
    await this.audit.record(transaction, {
      ...{ actor, action, subjectType: 'escalation' },
      subjectId: rows.length === 1 ? (first?.id ?? null) : null,
      summary: `${verb} ${names.length === 1 ? names[0] : `${names.length} rules'`} proposals ${what}: ${reason}`,
      after: {
        reason,
        escalations: rows.map(({ id, hostname, runId }) => ({ id, hostname, runId })),
        remediationIds,
      },
    });
  }
}

/** How an approved proposal stands now. */
function approved(each: OrderResult): EscalationMove {
  const { id } = each.row;
  switch (each.result) {
    case 'ordered':
      return { id, state: 'ordered', note: null, orderedRunId: each.runId };
    case 'left':
      return { id, state: 'approved', note: each.note };
    case 'pointless':
      return { id, state: 'expired', note: each.note };
  }
}

function leftOf(
  { which }: EscalationDecision,
  rows: readonly EscalationRow[],
  allowed: readonly EscalationState[],
): EscalationDecided['left'] {
  const wrong = rows
    .filter(({ state }) => !allowed.includes(state))
    .map(({ id, state }) => ({
      id,
      reason: escalationLifeCycle.isEnd(state)
        ? `It is over: ${state}.`
        : `It is ${state}, so there is nothing to decide of that kind.`,
    }));
  if (which.type === 'rule') return wrong;
  const known = new Set(rows.map(({ id }) => id));
  const unknown = which.ids.filter((id) => !known.has(id));
  return [...wrong, ...unknown.map((id) => ({ id, reason: 'There is no such escalation.' }))];
}
