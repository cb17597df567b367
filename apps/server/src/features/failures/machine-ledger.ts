import {
  closesFailure,
  type FailureState,
  type Phase,
  type UpdateIdentity,
} from '@fleetmend/domain';

/** How one fingerprint stands on one machine. */
export interface LedgerEntry {
  readonly fingerprintId: string;
  readonly phase: Phase;
  readonly state: FailureState;
  readonly occurrences: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly closedAt: Date | null;
  /** The update of the newest occurrence. */
  readonly update: UpdateIdentity;
}

/** Something that worked on the machine. */
export interface LedgerSuccess {
  readonly phase: 'scan' | 'download' | 'install';
  readonly update: UpdateIdentity;
  readonly at: Date;
}

/** Something that failed on the machine. */
export interface LedgerFailure {
  readonly fingerprintId: string;
  readonly phase: Phase;
  readonly update: UpdateIdentity;
  readonly at: Date;
}

/** What a machine's reports changed, for those who wait for proof: runs. */
export type LedgerChange =
  | { readonly change: 'failed'; readonly fingerprintId: string; readonly at: Date }
  | {
      readonly change: 'closed';
      readonly fingerprintId: string;
      readonly phase: LedgerSuccess['phase'];
      readonly at: Date;
    };

function closes(
  success: LedgerSuccess,
  entry: Pick<LedgerEntry, 'phase' | 'update' | 'lastSeenAt'>,
) {
  return closesFailure(
    { phase: success.phase, update: success.update, occurredAt: success.at.toISOString() },
    { phase: entry.phase, update: entry.update, occurredAt: entry.lastSeenAt.toISOString() },
  );
}

/**
 * The failures of one machine. Reports may come late and in any order (a log that is read for the first time tells of
 * last year), so that a state follows from the times of failures and successes, not from the order of their arrival.
 */
export class MachineLedger {
  private readonly entries: Map<string, LedgerEntry>;
  private readonly touched = new Set<string>();
  readonly changes: LedgerChange[] = [];

  /** `successes`: those that are known already and not older than the failures to come. */
  constructor(
    entries: readonly LedgerEntry[],
    private readonly successes: LedgerSuccess[],
  ) {
    this.entries = new Map(entries.map((entry) => [entry.fingerprintId, entry]));
  }

  /** The entries that are not as they were. */
  get changed(): LedgerEntry[] {
    return [...this.touched].flatMap((id) => this.entries.get(id) ?? []);
  }

  fail(failure: LedgerFailure): void {
    const before = this.entries.get(failure.fingerprintId);
    const newest = !before || failure.at >= before.lastSeenAt;
    const entry: LedgerEntry = {
      fingerprintId: failure.fingerprintId,
      phase: failure.phase,
      state: before?.state ?? 'closed',
      occurrences: (before?.occurrences ?? 0) + 1,
      firstSeenAt: !before || failure.at < before.firstSeenAt ? failure.at : before.firstSeenAt,
      lastSeenAt: newest ? failure.at : before.lastSeenAt,
      closedAt: before?.closedAt ?? null,
      update: newest ? failure.update : before.update,
    };
    this.put(entry.state === 'open' ? entry : this.judge(entry));
    if (newest) {
      const { fingerprintId, at } = failure;
      this.changes.push({ change: 'failed', fingerprintId, at });
    }
  }

  succeed(success: LedgerSuccess): void {
    this.successes.push(success);
    for (const entry of this.entries.values()) {
      if (entry.state !== 'open' || !closes(success, entry)) continue;
      this.put({ ...entry, state: 'closed', closedAt: success.at });
      const { fingerprintId } = entry;
      const { phase, at } = success;
      this.changes.push({ change: 'closed', fingerprintId, phase, at });
    }
  }

  /** Closed by the first success after its newest occurrence, else open. */
  private judge(entry: LedgerEntry): LedgerEntry {
    let closedAt: Date | null = null;
    for (const success of this.successes) {
      if (closes(success, entry) && (!closedAt || success.at < closedAt)) closedAt = success.at;
    }
    if (!closedAt && entry.closedAt && entry.closedAt > entry.lastSeenAt) closedAt = entry.closedAt;
    return closedAt
      ? { ...entry, state: 'closed', closedAt }
      : { ...entry, state: 'open', closedAt: null };
  }

  private put(entry: LedgerEntry): void {
    this.entries.set(entry.fingerprintId, entry);
    this.touched.add(entry.fingerprintId);
  }
}
