import { Injectable } from '@nestjs/common';
import type {
  ClientUpdateReport,
  FailureReport,
  HistoryReport,
  Inventory,
  RejectedOrderReport,
  Report,
  RunEventReport,
  SuccessReport,
} from '@fleetmend/client-protocol';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { FailuresService } from '../failures';
import { MachineReportsRepository } from '../machines';
import { RolloutWatchService } from '../releases';
import { type FingerprintChange, RunEventsService, VerdictProofService } from '../runs';
import { type ReportName, ReportsRepository } from './reports.repository';

/** A report and who sent it. */
export interface MachineReport<R extends Report = Report> {
  readonly machineId: string;
  readonly report: R;
}

/** By what they are about. */
interface Sorted {
  readonly occurrences: MachineReport<FailureReport | SuccessReport>[];
  readonly inventories: Map<string, Inventory>;
  readonly runs: MachineReport<RunEventReport | HistoryReport>[];
  readonly rejectedOrders: MachineReport<RejectedOrderReport>[];
  readonly updates: MachineReport<ClientUpdateReport>[];
}

function sort(reports: readonly MachineReport[]): Sorted {
  const sorted: Sorted = {
    occurrences: [],
    inventories: new Map(),
    runs: [],
    rejectedOrders: [],
    updates: [],
  };
  for (const { machineId, report } of reports) {
    switch (report.kind) {
      case 'failure':
      case 'success':
        sorted.occurrences.push({ machineId, report });
        break;
      case 'inventory':
        sorted.inventories.set(machineId, report.inventory);
        break;
      case 'run-event':
      case 'history':
        sorted.runs.push({ machineId, report });
        break;
      case 'rejected-order':
        sorted.rejectedOrders.push({ machineId, report });
        break;
      case 'client-update':
        sorted.updates.push({ machineId, report });
        break;
    }
  }
  return sorted;
}

function nameOf({ machineId, report }: MachineReport): ReportName {
  return { machineId, reportId: report.id };
}

/** Those of `reports` that are named, each once. */
function onlyThese(
  reports: readonly MachineReport[],
  names: readonly ReportName[],
): MachineReport[] {
  const wanted = new Set(names.map(({ machineId, reportId }) => `${machineId} ${reportId}`));
  return reports.filter(({ machineId, report }) => wanted.delete(`${machineId} ${report.id}`));
}

/** What changed, for those who look on. */
class Changed {
  readonly machineIds = new Set<string>();
  readonly fingerprintIds = new Set<string>();
  readonly runIds = new Set<string>();
  readonly remediationIds = new Set<string>();
  readonly runMachineIds = new Set<string>();

  run(run: { id: string; remediationId: string; machineId: string }): void {
    this.runIds.add(run.id);
    this.remediationIds.add(run.remediationId);
    this.runMachineIds.add(run.machineId);
  }
}

/** Writes a batch of reports, whatever they are about, in one transaction. */
@Injectable()
export class ReportWriter {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly repository: ReportsRepository,
    private readonly machines: MachineReportsRepository,
    private readonly failures: FailuresService,
    private readonly runEvents: RunEventsService,
    private readonly proofs: VerdictProofService,
    private readonly rollouts: RolloutWatchService,
  ) {}

  /**
   * Commits all of `reports`, or throws and has written nothing. Answers for each whether it was taken: undefined, or
   * why it never will be. A report that is known already is taken again and changes nothing.
   */
  async write(reports: readonly MachineReport[]): Promise<(string | undefined)[]> {
    const refused = await this.database.inTransaction((transaction) =>
      this.take(transaction, reports),
    );
    return reports.map((each) => refused.get(each));
  }

  private async take(
    transaction: Transaction,
    reports: readonly MachineReport[],
  ): Promise<Map<MachineReport, string>> {
    const now = this.clock.now();
    const refused = new Map<MachineReport, string>();
    const [machines, noted] = await Promise.all([
      this.machines.lock(transaction, [...new Set(reports.map(({ machineId }) => machineId))]),
      this.repository.note(transaction, reports.map(nameOf), now),
    ]);
    const strangers = reports.filter(({ machineId }) => !machines.has(machineId));
    if (strangers.length > 0) await this.repository.forget(transaction, strangers.map(nameOf));
    for (const each of strangers) refused.set(each, 'There is no such machine.');
    const known = strangers.length > 0 ? reports.filter((each) => !refused.has(each)) : reports;
    const fresh = noted ? onlyThese(known, noted) : known;
    if (fresh.length === 0) return refused;
    const { occurrences, inventories, runs, rejectedOrders, updates } = sort(fresh);
    const changed = new Changed();
    let changes: readonly FingerprintChange[] = [];

    if (inventories.size > 0) {
      await this.machines.putInventories(transaction, inventories, now);
      for (const machineId of inventories.keys()) changed.machineIds.add(machineId);
    }
    if (occurrences.length > 0) {
      const build = (machineId: string) =>
        inventories.get(machineId)?.os.build ?? machines.get(machineId)?.osBuild ?? 0;
      const outcome = await this.failures.record(
        transaction,
        occurrences.map(({ machineId, report }) => ({
          machine: { id: machineId, osBuild: build(machineId) },
          report,
        })),
        now,
      );
      await Promise.all([
        this.failures.keep(transaction, outcome),
        outcome.openFailures.size > 0 &&
          this.machines.addOpenFailures(transaction, outcome.openFailures),
      ]);
      for (const { machineId } of occurrences) changed.machineIds.add(machineId);
      for (const id of outcome.fingerprintIds) changed.fingerprintIds.add(id);
      changes = outcome.changes;
    }
    if (runs.length > 0) {
      const outcome = await this.runEvents.record(transaction, runs, now);
      const lost = runs.filter(({ report }) => outcome.rejected.has(report.id));
      for (const { machineId, report } of lost) {
        const original = fresh.find((each) => each.report === report);
        const reason = outcome.rejected.get(report.id);
        if (original?.machineId === machineId && reason !== undefined)
          refused.set(original, reason);
      }
      if (lost.length > 0) {
        await this.repository.forget(transaction, lost.map(nameOf));
      }
      for (const id of outcome.runIds) changed.runIds.add(id);
      for (const id of outcome.remediationIds) changed.remediationIds.add(id);
      for (const id of outcome.machineIds) changed.runMachineIds.add(id);
    }
    // After the events of runs: a machine that was away tells how its run ended and what came of it in one message.
    for (const run of await this.proofs.observe(transaction, changes, now)) changed.run(run);
    if (rejectedOrders.length > 0) {
      await this.repository.addRejectedOrders(transaction, rejectedOrders, now);
      for (const { machineId } of rejectedOrders) changed.machineIds.add(machineId);
    }
    if (updates.length > 0) await this.rollouts.record(transaction, updates, now);
    this.tell(transaction, changed);
    return refused;
  }

  private tell(transaction: Transaction, changed: Changed): void {
    const { machineIds, fingerprintIds, runIds, remediationIds, runMachineIds } = changed;
    if (machineIds.size > 0) {
      this.events.tell(transaction, 'machines-changed', { machineIds: [...machineIds] });
    }
    if (fingerprintIds.size > 0) {
      this.events.tell(transaction, 'fingerprints-changed', {
        fingerprintIds: [...fingerprintIds],
      });
    }
    if (runIds.size > 0) {
      this.events.tell(transaction, 'runs-changed', {
        runIds: [...runIds],
        remediationIds: [...remediationIds],
        machineIds: [...runMachineIds],
      });
    }
  }
}
