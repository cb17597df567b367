import {
  type ClockShift,
  type JournalEntry,
  type RegistryChange,
  type Rename,
  type SavedService,
  type StartedService,
  type StartTypeChange,
  type StepNote,
  type WrittenEntry,
} from './journal-entry';

/** How a step ended, as the journal has it. */
export type Result = Extract<JournalEntry, { kind: 'result' }>;
type UndoResult = Extract<JournalEntry, { kind: 'undo-result' }>;

/** A rename that Windows was told to do at its next start. */
export type PlannedRename = NonNullable<StepNote['renameAtRestart']> & { readonly at: Date };

/** What the journal of one run says, ready to be asked. Grows with every entry. */
export class RunFacts {
  private readonly written: WrittenEntry[];

  constructor(entries: readonly WrittenEntry[]) {
    this.written = [...entries];
  }

  add(entry: WrittenEntry): void {
    this.written.push(entry);
  }

  get entries(): readonly WrittenEntry[] {
    return this.written;
  }

  /** When the step was begun first, or nothing. */
  begunAt(stepId: string): Date | undefined {
    return this.written.find(({ entry }) => entry.kind === 'intent' && entry.stepId === stepId)?.at;
  }

  result(stepId: string): Result | undefined {
    return this.last(
      (entry): entry is Result => entry.kind === 'result' && entry.stepId === stepId,
    );
  }

  undoResult(stepId: string): UndoResult | undefined {
    return this.last(
      (entry): entry is UndoResult => entry.kind === 'undo-result' && entry.stepId === stepId,
    );
  }

  /** Why the run takes back what it did, when it does. */
  undoing(): Extract<JournalEntry, { kind: 'undo' }> | undefined {
    return this.last(
      (entry): entry is Extract<JournalEntry, { kind: 'undo' }> => entry.kind === 'undo',
    );
  }

  /** The state that was told last. */
  state(): string | undefined {
    return this.last(
      (entry): entry is Extract<JournalEntry, { kind: 'state' }> => entry.kind === 'state',
    )?.state;
  }

  /** Services as they stood before the run touched them; what was noted first counts. Of one step, if given. */
  savedServices(stepId?: string): readonly SavedService[] {
    const saved = this.notes(stepId).flatMap(({ services }) => services ?? []);
    return firstOfEach(saved, ({ name }) => name.toLowerCase());
  }

  /** Every rename that was begun, in order, whether it came to be or not; of one step, if given. */
  renames(stepId?: string): readonly Rename[] {
    return this.notes(stepId).flatMap(({ rename }) => (rename ? [rename] : []));
  }

  /** Renames that Windows may have been told to do, and when. It was not, when the step has ended in another way. */
  renamesAtRestart(stepId?: string): readonly PlannedRename[] {
    return this.written.flatMap(({ entry, at }) => {
      if (entry.kind !== 'note' || !entry.note.renameAtRestart) return [];
      if (stepId !== undefined && entry.stepId !== stepId) return [];
      const result = this.result(entry.stepId);
      if (result && result.details?.['atRestart'] !== true) return [];
      return [{ ...entry.note.renameAtRestart, at }];
    });
  }

  /** Every value of the registry that a change was begun of; what was noted first of each counts. */
  registryChanges(stepId?: string): readonly RegistryChange[] {
    const changes = this.notes(stepId).flatMap(({ registry }) => (registry ? [registry] : []));
    return firstOfEach(changes, ({ key, value }) => `${key}\\${value}`.toLowerCase());
  }

  /** Every service of which a change of the start type was begun; what was noted first of each counts. */
  startTypeChanges(stepId?: string): readonly StartTypeChange[] {
    const changes = this.notes(stepId).flatMap(({ startType }) => (startType ? [startType] : []));
    return firstOfEach(changes, ({ name }) => name.toLowerCase());
  }

  /** The drivers that were chosen to be installed, of one step or all. */
  chosenDrivers(stepId?: string): NonNullable<StepNote['drivers']> {
    const drivers = this.notes(stepId).flatMap((note) => note.drivers ?? []);
    return [...firstOfEach(drivers, ({ id }) => id)];
  }

  /** The backups that were chosen to be deleted. */
  chosenBackups(): NonNullable<StepNote['backups']> {
    return this.notes().find(({ backups }) => backups)?.backups ?? [];
  }

  /** Every service that was begun to be started, in order; of one step, if given. */
  startedServices(stepId?: string): readonly StartedService[] {
    const started = this.notes(stepId).flatMap((note) => (note.started ? [note.started] : []));
    return firstOfEach(started, ({ name }) => name.toLowerCase());
  }

  /** Every setting of the clock that was begun, with its moment by the clock before; of one step, if given. */
  clockShifts(stepId?: string): readonly { readonly shift: ClockShift; readonly at: Date }[] {
    return this.written.flatMap(({ entry, at }) => {
      if (entry.kind !== 'note' || !entry.note.clockShift) return [];
      if (stepId !== undefined && entry.stepId !== stepId) return [];
      return [{ shift: entry.note.clockShift, at }];
    });
  }

  /** Which start of Windows it was before the run had it restart. */
  boot(): { readonly boot: NonNullable<StepNote['boot']>; readonly at: Date } | undefined {
    for (const { entry, at } of this.written) {
      if ((entry.kind === 'note' || entry.kind === 'result') && entry.note?.boot)
        return { boot: entry.note.boot, at };
    }
    return undefined;
  }

  /** How often the restart was put off, and when. */
  deferrals(): readonly NonNullable<StepNote['deferral']>[] {
    return this.notes().flatMap(({ deferral }) => (deferral ? [deferral] : []));
  }

  /** The steps that noted something, in order. */
  notingSteps(): readonly string[] {
    const ids = this.written.flatMap(({ entry }) =>
      entry.kind === 'note' || (entry.kind === 'result' && entry.note) ? [entry.stepId] : [],
    );
    return [...new Set(ids)];
  }

  private notes(stepId?: string): StepNote[] {
    return this.written.flatMap(({ entry }) => {
      if (entry.kind !== 'note' && entry.kind !== 'result') return [];
      if (stepId !== undefined && entry.stepId !== stepId) return [];
      return entry.note ? [entry.note] : [];
    });
  }

  private last<T extends JournalEntry>(
    matches: (entry: JournalEntry) => entry is T,
  ): T | undefined {
    return this.written.map(({ entry }) => entry).findLast(matches);
  }
}

function firstOfEach<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const one of all) if (!first.has(nameOf(one))) first.set(nameOf(one), one);
  return [...first.values()];
}
