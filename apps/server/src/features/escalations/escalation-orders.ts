import { Injectable } from '@nestjs/common';
import type { EXCLUSIONS } from '@fleetmend/dashboard-api';
import { type EscalationStep, findPlaybook, type Playbook } from '@fleetmend/domain';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { FingerprintsService } from '../fingerprints';
import { EXCLUSION_REASONS, RunDispatcher } from '../runs';
import { type EscalationRow, EscalationsRepository } from './escalations.repository';

/** An order waits so long for its machine. */
const ORDER_EXPIRES_AFTER = 72 * 3_600_000;

type Exclusion = (typeof EXCLUSIONS)[number];
/** Reasons that time doesn't take away. */
const FOR_GOOD: readonly string[] = ['not-affected', 'retired', 'unknown-machine'];

/** What became of an escalation that was to be ordered. `left`: not now; `pointless`: never. */
export type OrderResult = { readonly row: EscalationRow } & (
  | { readonly result: 'ordered'; readonly runId: string; readonly remediationId: string }
  | { readonly result: 'left' | 'pointless'; readonly note: string }
);

/** On whose word an order is given. */
export interface OrderedBy {
  /** E-mail, or `system`. */
  readonly name: string;
  /** Why to go on although the guard warns; null = then not. */
  readonly overrideReason: string | null;
}

type PlaybookStep = Extract<EscalationStep, { type: 'playbook' }>;

/** Makes runs of escalations: one remediation for all that is ordered at once against the same failure. */
@Injectable()
export class EscalationOrders {
  constructor(
    private readonly repository: EscalationsRepository,
    private readonly dispatcher: RunDispatcher,
    private readonly fingerprints: FingerprintsService,
    private readonly events: Events,
  ) {}

  /** Gives what can be given now. The rows must be locked; moving them is the caller's. */
  async give(
    transaction: Transaction,
    rows: readonly EscalationRow[],
    by: OrderedBy,
    now: Date,
  ): Promise<OrderResult[]> {
    const groups = new Map<string, EscalationRow[]>();
    for (const row of rows) {
      const key = JSON.stringify([row.fingerprintId, row.ruleId, row.step]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const results: OrderResult[] = [];
    for (const group of groups.values()) {
      results.push(...(await this.giveAlike(transaction, group, by, now)));
    }
    return results;
  }

  private async giveAlike(
    transaction: Transaction,
    rows: readonly EscalationRow[],
    by: OrderedBy,
    now: Date,
  ): Promise<OrderResult[]> {
    const [first] = rows;
    if (first?.step.type !== 'playbook') return [];
    const { step, fingerprintId } = first;
    const playbook = findPlaybook(step.playbook);
    if (!playbook) {
      const note = 'This server does not have the playbook any more.';
      return rows.map((row) => ({ row, result: 'pointless', note }));
    }
    const target =
      fingerprintId === null ? null : await this.fingerprints.target(transaction, fingerprintId);
    const guard = playbook.name === 'reset-software-distribution' ? target?.guard : null;
    if (guard && by.overrideReason === null) {
      return rows.map((row) => ({ row, result: 'left', note: guard.reason }));
    }
    const against = await this.repository.exclusions(
      transaction,
      rows.map(({ machineId }) => machineId),
      fingerprintId,
      playbook,
    );
    const free = rows.filter(({ machineId }) => !against.has(machineId));
    const made =
      free.length === 0
        ? null
        : await this.dispatch(transaction, free, step, playbook, {
            label: target?.label ?? null,
            overrideReason: guard ? by.overrideReason : null,
            ...{ by: by.name, now },
          });
    if (made && fingerprintId !== null) {
      this.events.tell(transaction, 'fingerprints-changed', { fingerprintIds: [fingerprintId] });
    }
    const runs = new Map(made?.runs);
    return rows.map((row): OrderResult => {
      const runId = runs.get(row.machineId);
      // A second one of the same machine finds it busy.
      runs.delete(row.machineId);
      if (runId !== undefined && made) {
        return { row, result: 'ordered', runId, remediationId: made.remediationId };
      }
      const exclusion = against.get(row.machineId) ?? 'active-run';
      return {
        row,
        result: FOR_GOOD.includes(exclusion) ? 'pointless' : 'left',
        note: EXCLUSION_REASONS[exclusion as Exclusion],
      };
    });
  }

  private async dispatch(
    transaction: Transaction,
    rows: readonly EscalationRow[],
    step: PlaybookStep,
    playbook: Playbook,
    order: {
      readonly label: string | null;
      readonly overrideReason: string | null;
      readonly by: string;
      readonly now: Date;
    },
  ): Promise<{ readonly remediationId: string; readonly runs: readonly [string, string][] }> {
    const { now } = order;
    const remediationId = uuidv7({ msecs: now.getTime() });
    const plan = {
      fingerprintId: rows[0]?.fingerprintId ?? null,
      ...{ playbook: playbook.name, playbookVersion: playbook.version, mode: 'execute' as const },
      ...{ parameters: step.parameters, createdAt: now },
      expiresAt: new Date(now.getTime() + ORDER_EXPIRES_AFTER),
    };
    const rule = `escalation: ${rows[0]?.ruleName ?? ''}`;
    await this.dispatcher.open(transaction, {
      ...plan,
      ...{ id: remediationId, requestId: uuidv4(), createdBy: order.by },
      reason: order.label === null ? rule : `${order.label} (${rule})`,
      overrideReason: order.overrideReason,
    });
    const machineIds = [...new Set(rows.map(({ machineId }) => machineId))];
    const made = await this.dispatcher.dispatch(
      transaction,
      { type: 'machines', machineIds },
      { ...plan, remediationId },
    );
    return { remediationId, runs: made.map(({ id, machineId }) => [machineId, id]) };
  }
}
