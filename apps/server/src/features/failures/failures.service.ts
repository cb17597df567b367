import { Injectable } from '@nestjs/common';
import type { FailureReport, SuccessReport } from '@fleetmend/client-protocol';
import type { UpdateIdentity } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';
import {
  type FingerprintGrowth,
  FingerprintLedgerRepository,
  type MachineFingerprintRow,
  type WrittenMachineFingerprint,
} from '../fingerprints';
import { FailuresRepository, updateOf } from './failures.repository';
import { type LedgerChange, MachineLedger } from './machine-ledger';
import {
  ClaimedTimes,
  countedFingerprint,
  type FailureOccurrence,
  type ReportingMachine,
  type SuccessOccurrence,
} from './occurrence';

/** A failure or success that a machine reported. */
export interface ReportedOccurrence {
  readonly machine: ReportingMachine;
  readonly report: FailureReport | SuccessReport;
}

/** What a batch of reports changes. */
export interface FailureChanges {
  readonly fingerprintIds: readonly string[];
  /** How fingerprints stand on machines from now on, where that is otherwise than before. */
  readonly standing: readonly WrittenMachineFingerprint[];
  readonly growth: Growth;
  /** In the order in which it was told. */
  readonly changes: readonly (LedgerChange & { readonly machineId: string })[];
  /** How many fingerprints are open now, where that is another number than before: what to add to it. */
  readonly openFailures: ReadonlyMap<string, number>;
}

type Kept = FailureOccurrence & { readonly fingerprintId: string | null };

const HOUR = 3_600_000;

/** Takes failures and successes as they are reported, and keeps what the dashboard reads of them up to date. */
@Injectable()
export class FailuresService {
  constructor(
    private readonly failures: FailuresRepository,
    private readonly fingerprints: FingerprintLedgerRepository,
  ) {}

  /**
   * Writes what was reported, in the order of its arrival, and answers what follows from it; {@link keep} writes that.
   * The rows of the machines must be locked by `transaction`.
   */
  async record(
    transaction: Transaction,
    reported: readonly ReportedOccurrence[],
    now: Date,
  ): Promise<FailureChanges> {
    const times = new ClaimedTimes(now);
    const occurrences = reported.map(({ machine, report }) => ({
      machine,
      report,
      ...times.believe(machine.id, report.occurredAt),
    }));
    const failed: FailureOccurrence[] = [];
    const succeeded: SuccessOccurrence[] = [];
    const order: (FailureOccurrence | SuccessOccurrence)[] = [];
    for (const { machine, report, at, claimedAt } of occurrences) {
      const common = { id: uuidv7(), machineId: machine.id, at, claimedAt, receivedAt: now };
      if (report.kind === 'failure') {
        const failure = { ...common, report, fingerprint: countedFingerprint(report, machine) };
        failed.push(failure);
        order.push(failure);
      } else {
        const success = { ...common, report };
        succeeded.push(success);
        order.push(success);
      }
    }
    const kept = await this.identify(transaction, failed);
    const [ledgers] = await Promise.all([
      this.openLedgers(transaction, kept, succeeded),
      kept.length > 0 && this.failures.addFailures(transaction, kept),
      succeeded.length > 0 && this.failures.addSuccesses(transaction, succeeded),
    ]);
    return settle(ledgers, order, new Map(kept.map((each) => [each.id, each])));
  }

  /** Writes what follows from what {@link record} has written. */
  async keep(
    transaction: Transaction,
    { standing, growth }: Pick<FailureChanges, 'standing' | 'growth'>,
  ): Promise<void> {
    await Promise.all([
      standing.length > 0 && this.fingerprints.putStanding(transaction, standing),
      standing.length > 0 && this.fingerprints.grow(transaction, growth.fingerprints),
      growth.hours.length > 0 && this.fingerprints.rollUp(transaction, growth.hours),
    ]);
  }

  /** Gives each failure that counts the id of its fingerprint. */
  private async identify(
    transaction: Transaction,
    failed: readonly FailureOccurrence[],
  ): Promise<Kept[]> {
    const ids = await this.fingerprints.idsOf(
      transaction,
      failed.flatMap(({ fingerprint, report, at }) =>
        fingerprint
          ? { fingerprint, title: report.update.title, updateKind: report.updateKind, at }
          : [],
      ),
    );
    return failed.map((failure) => ({
      ...failure,
      fingerprintId: failure.fingerprint ? (ids.get(failure.fingerprint.key) ?? null) : null,
    }));
  }

  private async openLedgers(
    transaction: Transaction,
    kept: readonly Kept[],
    succeeded: readonly SuccessOccurrence[],
  ): Promise<Map<string, Ledger>> {
    const oldest = new Map<string, Date>();
    for (const { machineId, at, fingerprintId } of kept) {
      if (fingerprintId === null) continue;
      const known = oldest.get(machineId);
      if (!known || at < known) oldest.set(machineId, at);
    }
    const machines = new Set([...oldest.keys(), ...succeeded.map(({ machineId }) => machineId)]);
    if (machines.size === 0) return new Map();
    const [standing, successes] = await Promise.all([
      this.fingerprints.standing(
        transaction,
        [...machines],
        [...new Set(kept.flatMap(({ fingerprintId }) => fingerprintId ?? []))],
      ),
      oldest.size > 0
        ? this.failures.successesAfter(transaction, oldest)
        : new Map<string, never>(),
    ]);
    const rows = new Map<string, MachineFingerprintRow[]>();
    for (const row of standing) {
      const list = rows.get(row.machineId);
      if (list) list.push(row);
      else rows.set(row.machineId, [row]);
    }
    return new Map(
      [...machines].map((machineId) => [
        machineId,
        new Ledger(rows.get(machineId) ?? [], successes.get(machineId) ?? []),
      ]),
    );
  }
}

/** What follows from what happened, machine by machine, in the order in which it was told. */
function settle(
  ledgers: ReadonlyMap<string, Ledger>,
  order: readonly (FailureOccurrence | SuccessOccurrence)[],
  kept: ReadonlyMap<string, Kept>,
): FailureChanges {
  const growth = new Growth();
  for (const each of order) {
    const ledger = ledgers.get(each.machineId);
    if (!ledger) continue;
    const { report, at } = each;
    if (report.kind === 'success') {
      ledger.machine.succeed({ phase: report.phase, update: report.update, at });
      continue;
    }
    const fingerprintId = kept.get(each.id)?.fingerprintId;
    if (fingerprintId === null || fingerprintId === undefined) continue;
    ledger.machine.fail({ fingerprintId, phase: report.phase, update: report.update, at });
    growth.occurred(fingerprintId, at, report.update);
  }
  const changed: WrittenMachineFingerprint[] = [];
  const openFailures = new Map<string, number>();
  const changes: (LedgerChange & { machineId: string })[] = [];
  for (const [machineId, ledger] of ledgers) {
    changes.push(...ledger.machine.changes.map((change) => ({ ...change, machineId })));
    for (const entry of ledger.machine.changed) {
      const { update, ...rest } = entry;
      changed.push({
        ...rest,
        machineId,
        updateId: update.id ?? null,
        updateRevision: update.revision?.toString() ?? null,
        kb: update.kb ?? null,
      });
      const before = ledger.stateBefore(entry.fingerprintId);
      const opened = Number(entry.state === 'open') - Number(before === 'open');
      growth.stands(entry.fingerprintId, before === undefined, opened);
      if (opened !== 0) openFailures.set(machineId, (openFailures.get(machineId) ?? 0) + opened);
    }
  }
  return {
    ...{ fingerprintIds: [...growth.fingerprints.keys()], standing: changed, growth },
    ...{ changes, openFailures },
  };
}

/** A machine's ledger, and how it stood before. */
class Ledger {
  readonly machine: MachineLedger;
  private readonly before: ReadonlyMap<string, string>;

  constructor(
    rows: readonly MachineFingerprintRow[],
    successes: ConstructorParameters<typeof MachineLedger>[1],
  ) {
    this.before = new Map(rows.map((row) => [row.fingerprintId, row.state]));
    this.machine = new MachineLedger(
      rows.map((row) => ({ ...row, update: updateOf(row) })),
      successes,
    );
  }

  /** Undefined = the machine did not have it yet. */
  stateBefore(fingerprintId: string): string | undefined {
    return this.before.get(fingerprintId);
  }
}

/** What a batch adds to the counts of fingerprints. */
class Growth {
  readonly fingerprints = new Map<string, FingerprintGrowth>();
  private readonly byHour = new Map<
    string,
    { fingerprintId: string; hour: Date; failures: number }
  >();

  get hours() {
    return [...this.byHour.values()];
  }

  occurred(fingerprintId: string, at: Date, update: UpdateIdentity): void {
    const each = this.of(fingerprintId);
    each.occurrences += 1;
    if (!each.firstSeenAt || at < each.firstSeenAt) each.firstSeenAt = at;
    if (!each.lastSeenAt || at > each.lastSeenAt) each.lastSeenAt = at;
    each.title ??= update.title;
    const hour = Math.floor(at.getTime() / HOUR) * HOUR;
    const key = `${fingerprintId} ${hour}`;
    const known = this.byHour.get(key);
    if (known) known.failures += 1;
    else this.byHour.set(key, { fingerprintId, hour: new Date(hour), failures: 1 });
  }

  stands(fingerprintId: string, isNew: boolean, opened: number): void {
    const each = this.of(fingerprintId);
    each.machines += Number(isNew);
    each.openMachines += opened;
  }

  private of(fingerprintId: string): FingerprintGrowth {
    let each = this.fingerprints.get(fingerprintId);
    if (!each) {
      each = {
        ...{ occurrences: 0, machines: 0, openMachines: 0 },
        ...{ firstSeenAt: null, lastSeenAt: null, title: undefined },
      };
      this.fingerprints.set(fingerprintId, each);
    }
    return each;
  }
}
