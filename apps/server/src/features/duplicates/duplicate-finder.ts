import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type DuplicateEvidence,
  type Likeness,
  likenessOf,
  SHARED_HINT_LIMIT,
} from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { type Candidate, DuplicatesRepository } from './duplicates.repository';
import { type HintValue, SharedHintsRepository } from './shared-hints.repository';

/** So many machines are compared in one transaction, and so many pairs looked at again in each run. */
const BATCH = 200;
/** Machines that came while an old identity may just be ending are compared again after this time, in ms. */
const UNDECIDED_AGAIN = 120_000;
/** A machine was refused as a copy: that is written down once in so many ms. */
const CLONED_KEY_NOTED = 60_000;

/** The pairs of a run, by their machines: each once. */
type Pairs = Map<string, { readonly newer: Candidate; readonly older: Candidate }>;

/**
 * Compares machines whose hints are new with all others, in the background: nobody who connects waits for it. What too
 * many machines share is said once, and pairs nobody.
 */
@Injectable()
export class DuplicateFinder implements OnModuleInit {
  private readonly noted = new Map<string, number>();

  constructor(
    private readonly pairs: DuplicatesRepository,
    private readonly shared: SharedHintsRepository,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'find-duplicates',
      everySeconds: 20,
      timeoutSeconds: 300,
      run: (signal) => this.look(signal),
    });
    this.events.on('key-cloned', ({ machineId }) => this.noteClonedKey(machineId));
  }

  /** Compares everything that is due, and looks at open pairs again: one of them may live on, or be gone. */
  async look(signal?: AbortSignal): Promise<void> {
    let compared = BATCH;
    while (compared === BATCH && signal?.aborted !== true) {
      compared = await this.database.inTransaction((transaction) => this.compare(transaction));
    }
    await this.database.inTransaction((transaction) => this.lookAgain(transaction));
  }

  /** Answers how many machines were compared. */
  private async compare(transaction: Transaction): Promise<number> {
    const now = this.clock.now();
    const due = await this.pairs.due(transaction, now, BATCH);
    if (due.length === 0) return 0;
    const sharing = await this.pairs.sharing(
      transaction,
      due.map(({ id }) => id),
      SHARED_HINT_LIMIT,
    );
    await this.noteShared(transaction, due, sharing, now);
    const byId = new Map(due.map((machine) => [machine.id, machine]));
    const found: Pairs = new Map();
    for (const other of sharing) {
      const machine = byId.get(other.of);
      if (machine) addPair(found, machine, other);
    }
    const undecided = await this.judge(transaction, found, now);
    const settled = due.filter(({ id }) => !undecided.has(id)).map(({ id }) => id);
    await this.pairs.compareAt(transaction, settled, null, now);
    const again = new Date(now.getTime() + UNDECIDED_AGAIN);
    await this.pairs.compareAt(transaction, [...undecided], again, now);
    return due.length;
  }

  private async lookAgain(transaction: Transaction): Promise<void> {
    const now = this.clock.now();
    const open = await this.pairs.openPairs(transaction, BATCH);
    const found: Pairs = new Map();
    for (const { newer, older } of open) addPair(found, newer, older);
    await this.judge(transaction, found, now);
    if (await this.shared.refresh(transaction, SHARED_HINT_LIMIT)) this.tellList(transaction);
  }

  /** Writes down what pairs are, or are no more; answers the machines about which it is too early to say. */
  private async judge(transaction: Transaction, found: Pairs, now: Date): Promise<Set<string>> {
    const undecided = new Set<string>();
    if (found.size === 0) return undecided;
    const telling = new TellingHints(await this.shared.all(transaction));
    const pairs: (Likeness & { id: string; newerId: string; olderId: string })[] = [];
    const nothing: { newerId: string; olderId: string }[] = [];
    for (const { newer, older } of found.values()) {
      const names = { newerId: newer.id, olderId: older.id };
      const likeness = telling.likenessOf(newer, older, now);
      if (likeness === 'undecided') undecided.add(newer.id);
      else if (likeness) pairs.push({ id: uuidv7(), ...names, ...likeness });
      else nothing.push(names);
    }
    const machineIds = await this.pairs.put(transaction, pairs, now);
    await this.pairs.looked(transaction, pairs, now);
    await this.pairs.drop(transaction, nothing);
    if (machineIds.length > 0) {
      this.events.tell(transaction, 'machines-changed', { machineIds: [...new Set(machineIds)] });
      this.tellList(transaction);
    }
    return undecided;
  }

  /** As many as were asked for share it, so there may be more. */
  private async noteShared(
    transaction: Transaction,
    due: readonly Candidate[],
    sharing: readonly {
      readonly of: string;
      readonly hint: DuplicateEvidence;
      readonly id: string;
    }[],
    now: Date,
  ): Promise<void> {
    const counts = new Map<string, number>();
    for (const { of, hint } of sharing) {
      const key = `${of} ${hint}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const values = due.flatMap((machine) =>
      valuesOf(machine).filter(
        ({ hint }) => (counts.get(`${machine.id} ${hint}`) ?? 0) >= SHARED_HINT_LIMIT,
      ),
    );
    if (values.length === 0) return;
    const distinct = new Map(values.map((value) => [`${value.hint} ${value.value}`, value]));
    await this.shared.note(transaction, [...distinct.values()], SHARED_HINT_LIMIT, now);
    this.tellList(transaction);
  }

  private tellList(transaction: Transaction): void {
    this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
  }

  private async noteClonedKey(machineId: string): Promise<void> {
    const now = this.clock.now();
    if (now.getTime() - (this.noted.get(machineId) ?? -Infinity) < CLONED_KEY_NOTED) return;
    if (this.noted.size > 10_000) this.noted.clear();
    this.noted.set(machineId, now.getTime());
    await this.pairs.noteClonedKey(this.database, machineId, now);
    this.events.tellNow('machines-changed', { machineIds: [machineId] });
  }
}

function addPair(found: Pairs, one: Candidate, another: Candidate): void {
  const [older, newer] = inOrder(one, another);
  found.set(`${newer.id} ${older.id}`, { newer, older });
}

function inOrder(one: Candidate, another: Candidate): [Candidate, Candidate] {
  const difference = one.enrolledAt.getTime() - another.enrolledAt.getTime();
  return difference < 0 || (difference === 0 && one.id < another.id)
    ? [one, another]
    : [another, one];
}

/** The values of a machine that others may share. */
function valuesOf({ id, hints, clonedFrom }: Candidate): HintValue[] {
  return [
    { hint: 'smbios-uuid' as const, value: hints.smbiosUuid },
    { hint: 'machine-guid' as const, value: hints.machineGuid },
    { hint: 'hostname' as const, value: hints.hostname.toLowerCase() },
    { hint: 'key' as const, value: clonedFrom ?? id },
  ].flatMap(({ hint, value }) => (value === undefined ? [] : [{ hint, value }]));
}

/** Compares without what too many machines have. */
class TellingHints {
  private readonly silent: ReadonlySet<string>;

  constructor(shared: readonly HintValue[]) {
    this.silent = new Set(shared.map(({ hint, value }) => `${hint} ${value}`));
  }

  likenessOf(newer: Candidate, older: Candidate, now: Date): Likeness | 'undecided' | undefined {
    const source = newer.clonedFrom ?? older.clonedFrom;
    const copied = newer.clonedFrom === older.id || older.clonedFrom === newer.id;
    return likenessOf(
      this.told(older),
      this.told(newer),
      now,
      copied && !this.silent.has(`key ${source}`),
    );
  }

  /** A shared name counts as one's own: it would only be different from all others. */
  private told(machine: Candidate): Candidate {
    const { smbiosUuid, machineGuid, hostname } = machine.hints;
    const shared = (hint: DuplicateEvidence, value: string | undefined) =>
      value !== undefined && this.silent.has(`${hint} ${value}`);
    return {
      ...machine,
      hints: {
        smbiosUuid: shared('smbios-uuid', smbiosUuid) ? undefined : smbiosUuid,
        machineGuid: shared('machine-guid', machineGuid) ? undefined : machineGuid,
        hostname: shared('hostname', hostname.toLowerCase())
          ? `${hostname} ${machine.id}`
          : hostname,
      },
    };
  }
}
