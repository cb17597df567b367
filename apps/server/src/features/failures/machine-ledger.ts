import {
  closesFailure,
  type FailureState,
  type Phase,
  supersedesFailure,
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
    }
  | { readonly change: 'superseded'; readonly fingerprintId: string; readonly at: Date };

/** What a success makes of a failure: the same update worked, a later one took its place, or nothing. */
function outcomeOf(
  { phase, update, at }: LedgerSuccess,
  entry: Pick<LedgerEntry, 'phase' | 'update' | 'lastSeenAt'>,
): 'closed' | 'superseded' | undefined {
  const success = { phase, update, occurredAt: at.toISOString() };
  const failure = { ...entry, occurredAt: entry.lastSeenAt.toISOString() };
  if (closesFailure(success, failure)) return 'closed';
  return supersedesFailure(success, failure) ? 'superseded' : undefined;
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
    const { phase, at } = success;
    for (const entry of this.entries.values()) {
      const state = entry.state === 'open' ? outcomeOf(success, entry) : undefined;
      if (!state) continue;
      this.put({ ...entry, state, closedAt: at });
      const { fingerprintId } = entry;
      this.changes.push(
        state === 'closed'
          ? { change: state, fingerprintId, phase, at }
          : { change: state, fingerprintId, at },
      );
    }
  }

  /** Closed or superseded by the first success after its newest occurrence, else open. */
  private judge(entry: LedgerEntry): LedgerEntry {
    let end: { state: FailureState; closedAt: Date } | undefined;
    for (const success of this.successes) {
      const state = outcomeOf(success, entry);
      if (state && (!end || success.at < end.closedAt)) end = { state, closedAt: success.at };
    }
    if (!end && entry.closedAt && entry.closedAt > entry.lastSeenAt) {
      end = { state: entry.state, closedAt: entry.closedAt };
    }
    return { ...entry, ...(end ?? { state: 'open', closedAt: null }) };
  }

  private put(entry: LedgerEntry): void {
    this.entries.set(entry.fingerprintId, entry);
    this.touched.add(entry.fingerprintId);
  }
}
