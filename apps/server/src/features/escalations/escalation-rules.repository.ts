import { Injectable } from '@nestjs/common';
import type { EscalationCondition, EscalationMode, EscalationStep } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A rule as stored. */
export interface EscalationRuleRow {
  readonly id: string;
  readonly key: string | null;
  readonly name: string;
  readonly on: boolean;
  readonly when: EscalationCondition;
  readonly then: EscalationStep;
  readonly mode: EscalationMode;
  readonly dailyLimit: number;
  readonly coolDownDays: number;
  readonly position: number;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** A rule with what is counted of it. */
export interface CountedRuleRow extends EscalationRuleRow {
  readonly open: number;
  readonly approved: number;
  readonly handedOver: number;
  readonly orderedToday: number;
}

const COLUMNS = `
  r.id, r.key, r.name, r.is_on AS "on", r.condition AS "when", r.step AS "then", r.mode,
  r.daily_limit AS "dailyLimit", r.cool_down_days AS "coolDownDays", r.position,
  r.updated_at AS "updatedAt", r.updated_by AS "updatedBy"`;

/** So many orders a rule gave by itself since the moment at this place. */
export const ORDERED_SINCE = (rule: string, since: string) => `
  (SELECT count(*)::int FROM escalations o
    WHERE o.rule_id = ${rule} AND o.state = 'ordered' AND o.decided_by = 'system' AND o.decided_at >= ${since})`;

@Injectable()
export class EscalationRulesRepository {
  /** In their order. */
  async all(database: Queryable): Promise<EscalationRuleRow[]> {
    return database.query<EscalationRuleRow>(
      `SELECT ${COLUMNS} FROM escalation_rules r ORDER BY r.position, r.id`,
    );
  }

  /** In their order, with what is counted; `today` is when the day of the limit began. */
  async counted(database: Queryable, today: Date, id: string | null): Promise<CountedRuleRow[]> {
    return database.query<CountedRuleRow>(
      `SELECT ${COLUMNS}, c.open, c.approved, c."handedOver", ${ORDERED_SINCE('r.id', '$1')} AS "orderedToday"
         FROM escalation_rules r
         CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE e.state = 'open')::int AS open,
                  count(*) FILTER (WHERE e.state = 'approved')::int AS approved,
                  count(*) FILTER (WHERE e.state = 'handed-over')::int AS "handedOver"
             FROM escalations e
            WHERE e.rule_id = r.id AND e.state IN ('open', 'approved', 'handed-over')) c
        WHERE $2::uuid IS NULL OR r.id = $2
        ORDER BY r.position, r.id`,
      [today, id],
    );
  }

  /** Locks all rules, in their order: whoever changes one may move the others. */
  async lockAll(transaction: Transaction): Promise<EscalationRuleRow[]> {
    const rows = await transaction.query<EscalationRuleRow>(
      `SELECT ${COLUMNS} FROM escalation_rules r ORDER BY r.id FOR UPDATE`,
    );
    return rows.sort((a, b) => a.position - b.position);
  }

  /** Locks one rule, so that what is counted of it stays until the transaction ends; with its count of today. */
  async lock(
    transaction: Transaction,
    id: string,
    today: Date,
  ): Promise<(EscalationRuleRow & { readonly orderedToday: number }) | undefined> {
    const [locked] = await transaction.query<EscalationRuleRow>(
      `SELECT ${COLUMNS} FROM escalation_rules r WHERE r.id = $1 FOR UPDATE`,
      [id],
    );
    if (!locked) return undefined;
    // A statement of its own: it sees what was committed while this one waited for the lock.
    const [counted] = await transaction.query<{ orderedToday: number }>(
      `SELECT ${ORDERED_SINCE('$1', '$2')} AS "orderedToday"`,
      [id, today],
    );
    return { ...locked, orderedToday: counted?.orderedToday ?? 0 };
  }

  /** Adds a rule; false for one that came with the product and is there already. */
  async add(transaction: Transaction, row: EscalationRuleRow): Promise<boolean> {
    const added = await transaction.query(
      `INSERT INTO escalation_rules (id, name, is_on, condition, step, mode, daily_limit, cool_down_days, position,
                                     updated_at, updated_by, key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (key) DO NOTHING RETURNING id`,
      [...values(row), row.key],
    );
    return added.length > 0;
  }

  async put(transaction: Transaction, row: EscalationRuleRow): Promise<void> {
    await transaction.query(
      `UPDATE escalation_rules
          SET name = $2, is_on = $3, condition = $4, step = $5, mode = $6, daily_limit = $7, cool_down_days = $8,
              position = $9, updated_at = $10, updated_by = $11
        WHERE id = $1`,
      values(row),
    );
  }

  /** Numbers the rules anew, in this order. */
  async order(transaction: Transaction, ids: readonly string[]): Promise<void> {
    await transaction.query(
      `UPDATE escalation_rules r SET position = o.position
         FROM unnest($1::uuid[]) WITH ORDINALITY AS o (id, position)
        WHERE r.id = o.id AND r.position <> o.position`,
      [ids],
    );
  }
}

function values(row: EscalationRuleRow): unknown[] {
  const { id, name, on, when, then, mode, dailyLimit, coolDownDays, position } = row;
  return [
    ...[id, name, on, JSON.stringify(when), JSON.stringify(then), mode, dailyLimit, coolDownDays],
    ...[position, row.updatedAt, row.updatedBy],
  ];
}
