import { randomUUID } from 'node:crypto';
import { type Report, type RunEventReport } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type Outbox } from '../outbox/outbox';
import { integer, maybeText, type Row, type State, text } from '../state/state';
import { type JournalEntry, journalEntrySchema } from './journal-entry';
import { type RunDefinition, runDefinitionSchema, type RunOrigin } from './run-definition';
import { RunFacts } from './run-facts';

type OmitEach<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** A run event without what every one of them carries. */
export type NewRunEvent = OmitEach<
  RunEventReport,
  'id' | 'createdAt' | 'kind' | 'runId' | 'sequence'
>;

/** A run as the journal knows it. */
export interface JournalledRun {
  readonly definition: RunDefinition;
  readonly origin: RunOrigin;
  readonly begunAt: Date;
  /** How often it was taken up again after the client had ended in its middle. */
  readonly resumes: number;
  /** Undefined while it goes on. */
  readonly verdict: string | undefined;
}

/** Called around every write of the journal; `number` counts from 1 since the process began. Tests let it crash. */
export type JournalWatcher = (number: number, when: 'before' | 'after') => void | Promise<void>;

/** What a run intends and what it did, on disk before it goes on, in one transaction with the events for the server. */
export class Journal {
  private writes = 0;

  constructor(
    private readonly state: State,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly watcher: JournalWatcher = () => undefined,
  ) {}

  /**
   * Begins a run: from here on it is known, and goes on after every restart until it has a verdict. Throws when the
   * definition is none: what is written here is read again at every start.
   */
  async begin(
    definition: RunDefinition,
    origin: RunOrigin,
    alsoWrite: () => void = () => undefined,
  ): Promise<void> {
    const body = JSON.stringify(runDefinitionSchema.parse(definition));
    await this.counted(() => {
      this.state.transaction(() => {
        this.state.run(
          `INSERT INTO runs (run_id, origin, definition, state, next_sequence, begun_at)
           VALUES (?, ?, ?, 'begun', 0, ?)`,
          definition.runId,
          origin,
          body,
          this.clock.now().getTime(),
        );
        alsoWrite();
      });
    });
  }

  /** Writes one entry, its events and reports: all of them, or none and it throws. */
  async write(
    runId: string,
    facts: RunFacts,
    entry: JournalEntry,
    event: NewRunEvent | undefined,
    reports: readonly Report[] = [],
  ): Promise<void> {
    const at = this.clock.now();
    await this.counted(() => {
      this.state.transaction(() => {
        this.state.run(
          'INSERT INTO journal (run_id, entry, at) VALUES (?, ?, ?)',
          runId,
          JSON.stringify(entry),
          at.getTime(),
        );
        if (entry.kind === 'state') {
          this.state.run('UPDATE runs SET state = ? WHERE run_id = ?', entry.state, runId);
        }
        if (entry.kind === 'verdict') {
          this.state.run(
            "UPDATE runs SET state = 'ended', ended_at = ?, verdict = ? WHERE run_id = ?",
            at.getTime(),
            entry.verdict.verdict,
            runId,
          );
        }
        for (const report of reports) this.outbox.add(report);
        if (event) this.addEvent(runId, event, at);
      });
      facts.add({ entry, at });
      this.outbox.announce();
    });
  }

  /** Notes that the run is taken up again. */
  countResume(runId: string): void {
    this.state.run('UPDATE runs SET resumes = resumes + 1 WHERE run_id = ?', runId);
  }

  find(runId: string): JournalledRun | undefined {
    const row = this.state.get('SELECT * FROM runs WHERE run_id = ?', runId);
    return row && runOf(row);
  }

  /** The run that has no verdict yet; there is never more than one. */
  active(): JournalledRun | undefined {
    const row = this.state.get(
      'SELECT * FROM runs WHERE verdict IS NULL ORDER BY begun_at LIMIT 1',
    );
    return row && runOf(row);
  }

  facts(runId: string): RunFacts {
    const rows = this.state.all(
      'SELECT entry, at FROM journal WHERE run_id = ? ORDER BY position',
      runId,
    );
    return new RunFacts(
      rows.flatMap((row) => {
        // A later version of the client may have written what this one doesn't know.
        const { data } = journalEntrySchema.safeParse(JSON.parse(text(row, 'entry')));
        return data ? [{ entry: data, at: new Date(integer(row, 'at')) }] : [];
      }),
    );
  }

  /** What runs renamed, and how it is called since: also where that never came to be, or was taken back. */
  renamedFolders(): readonly { readonly to: string; readonly runId: string }[] {
    const rows = this.state.all(
      `SELECT run_id, coalesce(entry ->> '$.note.rename.to', entry ->> '$.note.renameAtRestart.to') AS renamed
         FROM journal WHERE renamed IS NOT NULL ORDER BY position`,
    );
    return rows.map((row) => ({ to: text(row, 'renamed'), runId: text(row, 'run_id') }));
  }

  private addEvent(runId: string, event: NewRunEvent, at: Date): void {
    const row = this.state.get('SELECT origin, next_sequence FROM runs WHERE run_id = ?', runId);
    if (!row || text(row, 'origin') !== 'order') return;
    this.outbox.add({
      ...event,
      id: randomUUID(),
      createdAt: at.toISOString(),
      kind: 'run-event',
      runId,
      sequence: integer(row, 'next_sequence'),
    });
    this.state.run('UPDATE runs SET next_sequence = next_sequence + 1 WHERE run_id = ?', runId);
  }

  private async counted(write: () => void): Promise<void> {
    this.writes += 1;
    await this.watcher(this.writes, 'before');
    write();
    await this.watcher(this.writes, 'after');
  }
}

function runOf(row: Row): JournalledRun {
  return {
    definition: runDefinitionSchema.parse(JSON.parse(text(row, 'definition'))),
    origin: text(row, 'origin') as RunOrigin,
    begunAt: new Date(integer(row, 'begun_at')),
    resumes: integer(row, 'resumes'),
    verdict: maybeText(row, 'verdict'),
  };
}
