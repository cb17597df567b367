import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EscalationRuleOfApi, NewEscalationRule } from '@fleetmend/dashboard-api';
import { DEFAULT_ESCALATIONS, escalationProblems, policyDay } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { type EscalationRuleRow, EscalationRulesRepository } from './escalation-rules.repository';
import { shownRule, toRule } from './escalations.mapper';

/** Of rules that came with the product, should somebody make them automatic. */
const CAUTIOUS = { mode: 'propose', dailyLimit: 10, coolDownDays: 7 } as const;

/** When the day of `now` began, whose limit counts. */
export function startOfDay(now: Date): Date {
  return new Date(`${policyDay(now)}T00:00:00Z`);
}

/** Rules that say what comes after a run that did not help. Each change is in the audit log with before and after. */
@Injectable()
export class EscalationRulesService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly repository: EscalationRulesRepository,
  ) {}

  onModuleInit(): Promise<void> {
    return this.addDefaults();
  }

  /** Adds the rules of the product that this installation has never had. All of them only propose. */
  async addDefaults(): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const known = await this.repository.lockAll(transaction);
      let position = known.at(-1)?.position ?? 0;
      for (const { key, name, when, then } of DEFAULT_ESCALATIONS) {
        if (known.some((rule) => rule.key === key)) continue;
        const row: EscalationRuleRow = {
          ...{ id: uuidv7(), key, name, on: true, when, then, ...CAUTIOUS },
          ...{ position: ++position, updatedAt: this.clock.now(), updatedBy: 'system' },
        };
        if (await this.repository.add(transaction, row)) {
          await this.record(transaction, 'system', 'added', row, { after: shownRule(row) });
        }
      }
    });
  }

  async list(): Promise<{ items: EscalationRuleOfApi[] }> {
    const today = startOfDay(this.clock.now());
    const rows = await this.repository.counted(this.database, today, null);
    return { items: rows.map(toRule) };
  }

  /** @throws {RequestError} `invalid-request` for a rule that could never say anything */
  async create(given: NewEscalationRule, actor: Actor): Promise<EscalationRuleOfApi> {
    refuseBroken(given);
    const id = uuidv7();
    await this.database.inTransaction(async (transaction) => {
      const rules = await this.repository.lockAll(transaction);
      const row: EscalationRuleRow = {
        ...given,
        ...{ id, key: null, position: (rules.at(-1)?.position ?? 0) + 1 },
        ...{ updatedAt: this.clock.now(), updatedBy: actor.email },
      };
      await this.repository.add(transaction, row);
      await this.place(transaction, [...rules, row], row, given.position);
      await this.record(transaction, actor, 'added', row, { after: shownRule(row) });
    });
    return this.find(id);
  }

  /** @throws {RequestError} `not-found`, or `invalid-request` for a rule that could never say anything */
  async change(id: string, given: NewEscalationRule, actor: Actor): Promise<EscalationRuleOfApi> {
    refuseBroken(given);
    await this.database.inTransaction(async (transaction) => {
      const rules = await this.repository.lockAll(transaction);
      const before = rules.find((rule) => rule.id === id);
      if (!before) throw notFound('escalation rule');
      const row: EscalationRuleRow = {
        ...{ ...before, ...given, position: before.position },
        ...{ updatedAt: this.clock.now(), updatedBy: actor.email },
      };
      await this.repository.put(transaction, row);
      await this.place(transaction, rules, row, given.position);
      const change = { before: shownRule(before), after: shownRule(row) };
      await this.record(transaction, actor, 'changed', row, change);
    });
    return this.find(id);
  }

  private async find(id: string): Promise<EscalationRuleOfApi> {
    const today = startOfDay(this.clock.now());
    const [row] = await this.repository.counted(this.database, today, id);
    if (!row) throw notFound('escalation rule');
    return toRule(row);
  }

  private async place(
    transaction: Transaction,
    rules: readonly EscalationRuleRow[],
    row: EscalationRuleRow,
    position: number | undefined,
  ): Promise<void> {
    if (position === undefined) return;
    const ids = rules.map(({ id }) => id).filter((id) => id !== row.id);
    ids.splice(position - 1, 0, row.id);
    await this.repository.order(transaction, ids);
  }

  private async record(
    transaction: Transaction,
    actor: Actor | 'system',
    verb: 'added' | 'changed',
    row: EscalationRuleRow,
    change: { before?: unknown; after: unknown },
  ): Promise<void> {
    await this.audit.record(transaction, {
      ...{ actor, action: `escalation-rule.${verb}`, subjectType: 'escalation-rule' },
      ...{ subjectId: row.id, ...change },
      summary: `${verb === 'added' ? 'Added' : 'Changed'} the escalation rule "${row.name}".`,
    });
    this.events.tell(transaction, 'list-changed', { list: 'escalations' });
  }
}

function refuseBroken(rule: NewEscalationRule): void {
  const problems = escalationProblems(rule);
  const [first] = problems;
  if (first) throw new RequestError('invalid-request', first.message, { problems });
}
