import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  chooseEscalation,
  ESCALATED_VERDICTS,
  type EscalatedFailure,
  escalationLifeCycle,
  move,
} from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { AuditService } from '../audit';
import { EmergencyStopService } from '../runs';
import {
  type EscalatedRunRow,
  EscalationLooksRepository,
  type NewEscalationRow,
} from './escalation-looks.repository';
import { EscalationOrders, type OrderResult } from './escalation-orders';
import { EscalationRulesRepository } from './escalation-rules.repository';
import { startOfDay } from './escalation-rules.service';
import {
  type EscalationMove,
  type EscalationRow,
  EscalationsRepository,
} from './escalations.repository';

const DAY = 86_400_000;
/** A run that ended longer ago is nobody's question any more, whatever its verdict becomes. */
const LOOK_BACK = 30 * DAY;
/** A proposal that nobody decides about in this time has no point any more. */
const EXPIRES_AFTER = 14 * DAY;
const AT_ONCE = 200;

/** Looks at every run that ended badly, once for each verdict, and follows the rules that may go on by themselves. */
@Injectable()
export class EscalationWatchService implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly stop: EmergencyStopService,
    private readonly rules: EscalationRulesRepository,
    private readonly looks: EscalationLooksRepository,
    private readonly escalations: EscalationsRepository,
    private readonly orders: EscalationOrders,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'escalations.watch',
      everySeconds: 15,
      timeoutSeconds: 120,
      run: async (signal) => {
        const untilDone = async (work: () => Promise<number>) => {
          while (!signal.aborted && (await work()) === AT_ONCE);
        };
        await untilDone(() => this.look());
        await untilDone(() => this.sweep());
        await untilDone(() => this.orderApproved());
        await this.followRules();
      },
    });
  }

  /** Asks the rules about runs that ended since; answers how many runs. */
  look(): Promise<number> {
    const now = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const since = new Date(now.getTime() - LOOK_BACK);
      const what = { verdicts: ESCALATED_VERDICTS, since, now };
      const runIds = await this.looks.claim(transaction, what, AT_ONCE);
      if (runIds.length === 0) return 0;
      await this.looks.overtake(transaction, runIds, 'A newer run on the machine has ended.');
      const rules = await this.rules.all(transaction);
      const runs = await this.looks.facts(transaction, runIds);
      const rows = runs.flatMap((run): NewEscalationRow[] => {
        const failure = failureOf(run.code, run.phase);
        const after = afterOf(run);
        const rule = chooseEscalation(rules, { ...run, failure, after });
        if (!rule) return [];
        return [
          {
            ...{ id: uuidv7(), ruleId: rule.id, runId: run.runId, verdict: run.verdict },
            fingerprintId: run.afterFingerprintId ?? run.fingerprintId,
            ...{ link: run.links + 1, step: rule.then, createdAt: now },
            expiresAt: new Date(now.getTime() + EXPIRES_AFTER),
          },
        ];
      });
      if (rows.length > 0) await this.looks.add(transaction, rows);
      this.events.tell(transaction, 'list-changed', { list: 'escalations' });
      return runIds.length;
    });
  }

  /** Ends what has lost its point; answers how many. */
  sweep(): Promise<number> {
    return this.database.inTransaction(async (transaction) => {
      const stale = await this.escalations.lockStale(transaction, this.clock.now(), AT_ONCE);
      if (stale.length === 0) return 0;
      await this.move(
        transaction,
        stale.map(({ id, state, why }) => ({
          ...{ id, note: why },
          state: move(escalationLifeCycle, state, state === 'handed-over' ? 'settled' : 'expired'),
        })),
      );
      return stale.length;
    });
  }

  /** Orders what people approved and whose machines are free now; answers how many it looked at. */
  orderApproved(): Promise<number> {
    return this.database.inTransaction(async (transaction) => {
      if (await this.stop.isOn(transaction)) return 0;
      const rows = await this.escalations.lockApproved(transaction, AT_ONCE);
      const byPerson = new Map<string, EscalationRow[]>();
      for (const row of rows) {
        const name = row.decidedBy ?? 'system';
        byPerson.set(name, [...(byPerson.get(name) ?? []), row]);
      }
      let changed = 0;
      for (const [name, group] of byPerson) {
        // Whoever approved it said why, and that is in the audit log.
        const by = { name, overrideReason: 'Approved as an escalation.' };
        const results = await this.orders.give(transaction, group, by, this.clock.now());
        const moves = results.flatMap((each) => this.toMove(each));
        await this.move(transaction, moves);
        changed += moves.length;
      }
      // Those that have to wait on are met again in the next round, not in this one.
      return changed === rows.length ? rows.length : 0;
    });
  }

  /** Follows the automatic rules, each within its limit of the day. */
  async followRules(): Promise<void> {
    const rules = await this.rules.all(this.database);
    for (const { id, on, mode } of rules) {
      if (on && mode === 'automatic') await this.followRule(id);
    }
  }

  private async followRule(id: string): Promise<void> {
    const now = this.clock.now();
    await this.database.inTransaction(async (transaction) => {
      // Whoever has it locked counts and orders before anybody else counts.
      const rule = await this.rules.lock(transaction, id, startOfDay(now));
      if (rule?.mode !== 'automatic' || !rule.on) return;
      const handsOver = rule.then.type === 'hand-over';
      if (!handsOver && (await this.stop.isOn(transaction))) return;
      const room = handsOver ? AT_ONCE : Math.min(AT_ONCE, rule.dailyLimit - rule.orderedToday);
      if (room <= 0) return;
      const cooledAt = new Date(now.getTime() - rule.coolDownDays * DAY);
      const rows = await this.escalations.lockAutomatic(transaction, id, cooledAt, room);
      if (rows.length === 0) return;
      const decided = { decidedBy: 'system', decidedAt: now };
      let moves: EscalationMove[];
      if (handsOver) {
        const note = 'Handed over by the rule itself.';
        moves = rows.map((row) => ({ id: row.id, state: 'handed-over', note, ...decided }));
      } else {
        const by = { name: 'system', overrideReason: null };
        const results = await this.orders.give(transaction, rows, by, now);
        moves = results.flatMap((each) => this.toMove(each, decided));
      }
      await this.move(transaction, moves);
      const acted = moves.filter(({ state }) => state === 'ordered' || state === 'handed-over');
      if (acted.length === 0) return;
      const ids = new Set(acted.map((each) => each.id));
      await this.audit.record(transaction, {
        actor: 'system',
        action: handsOver ? 'escalation.handed-over' : 'escalation.ordered',
        subjectType: 'escalation-rule',
        subjectId: id,
        summary: `"${rule.name}": ${acted.length} ${acted.length === 1 ? 'machine' : 'machines'} by the rule itself.`,
        after: {
          escalationIds: [...ids],
          machines: rows.filter((row) => ids.has(row.id)).map(({ hostname }) => hostname),
        },
      });
    });
  }

  /** Nothing where it stays as it was. */
  private toMove(
    each: OrderResult,
    decided: { decidedBy?: string; decidedAt?: Date } = {},
  ): EscalationMove[] {
    const { id, state, note } = each.row;
    if (each.result === 'ordered') {
      const next = move(escalationLifeCycle, state, 'ordered');
      return [{ id, state: next, note: null, orderedRunId: each.runId, ...decided }];
    }
    if (each.result === 'pointless') {
      return [{ id, state: move(escalationLifeCycle, state, 'expired'), note: each.note }];
    }
    return note === each.note ? [] : [{ id, state, note: each.note }];
  }

  private async move(transaction: Transaction, moves: readonly EscalationMove[]): Promise<void> {
    if (moves.length === 0) return;
    await this.escalations.move(transaction, moves);
    this.events.tell(transaction, 'list-changed', { list: 'escalations' });
  }
}

function failureOf(
  code: string | null,
  phase: EscalatedFailure['phase'] | null,
): EscalatedFailure | null {
  return code === null || phase === null ? null : { code, phase };
}

/** What was seen last counts; then what the machine said with the verdict; then what the run was against. */
function afterOf(run: EscalatedRunRow): EscalatedFailure | null {
  return (
    failureOf(run.afterCode, run.afterPhase) ??
    failureOf(run.verdictCode, run.phase) ??
    failureOf(run.code, run.phase)
  );
}
