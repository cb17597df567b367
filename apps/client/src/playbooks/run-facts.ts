import {
  type JournalEntry,
  type Rename,
  type SavedService,
  type StepNote,
  type WrittenEntry,
} from './journal-entry';

type Result = Extract<JournalEntry, { kind: 'result' }>;
type UndoResult = Extract<JournalEntry, { kind: 'undo-result' }>;

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

  /** Services as they stood before the run touched them; what was noted first counts. */
  savedServices(): readonly SavedService[] {
    const saved = new Map<string, SavedService>();
    for (const { services } of this.notes()) {
      for (const service of services ?? []) {
        if (!saved.has(service.name.toLowerCase())) saved.set(service.name.toLowerCase(), service);
      }
    }
    return [...saved.values()];
  }

  /** Every rename that was begun, in order, whether it came to be or not. */
  renames(): readonly Rename[] {
    return this.notes().flatMap(({ rename }) => (rename ? [rename] : []));
  }

  /** A rename that Windows may have been told to do, and when. It was not, when its step has ended in another way. */
  renameAtRestart():
    (NonNullable<StepNote['renameAtRestart']> & { readonly at: Date }) | undefined {
    for (const { entry, at } of this.written.toReversed()) {
      if (entry.kind !== 'note' || !entry.note.renameAtRestart) continue;
      const result = this.result(entry.stepId);
      if (result && result.details?.['atRestart'] !== true) return undefined;
      return { ...entry.note.renameAtRestart, at };
    }
    return undefined;
  }

  private notes(): StepNote[] {
    return this.written.flatMap(({ entry }) => {
      if (entry.kind === 'note') return [entry.note];
      return entry.kind === 'result' && entry.note ? [entry.note] : [];
    });
  }

  private last<T extends JournalEntry>(
    matches: (entry: JournalEntry) => entry is T,
  ): T | undefined {
    return this.written.map(({ entry }) => entry).findLast(matches);
  }
}
