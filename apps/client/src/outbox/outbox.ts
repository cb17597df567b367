import {
  type FailureReport,
  MAX_MESSAGE_BYTES,
  MAX_REPORTS,
  type Report,
  type ReportsAck,
} from '@fleetmend/client-protocol';
import { type Phase } from '@fleetmend/domain';
import { type Log } from '../log';
import { integer, type State, text } from '../state/state';

/** Reports that go out in one message, in the order in which they were made. */
export interface Batch {
  readonly ids: readonly string[];
  readonly reports: readonly unknown[];
}

/** What is left for the envelope of a message. */
const ENVELOPE_BYTES = 10_000;

/**
 * What the server has to be told and hasn't confirmed yet. Reports are added within the transaction that makes them
 * true, and leave only when the server has accepted or for good rejected them.
 */
export class Outbox {
  private readonly listeners = new Set<() => void>();
  private largestBatch = MAX_REPORTS;

  constructor(
    private readonly state: State,
    private readonly log: Log,
  ) {}

  /** Belongs to the transaction of the caller, if there is one. Call {@link announce} after its commit. */
  add(report: Report): void {
    this.state.run(
      'INSERT OR IGNORE INTO outbox (id, kind, run_id, body) VALUES (?, ?, ?, ?)',
      report.id,
      report.kind,
      'runId' in report ? report.runId : null,
      JSON.stringify(report),
    );
  }

  /** Tells that something may have been added. */
  announce(): void {
    for (const listener of this.listeners) listener();
  }

  /** Calls `listener` after every {@link announce}; returns how to stop that. */
  onAnnounced(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** How many reports wait. */
  size(): number {
    return Number(this.state.get('SELECT count(*) AS count FROM outbox')?.['count'] ?? 0);
  }

  /** The runs of which reports still wait. */
  runs(): readonly string[] {
    const rows = this.state.all('SELECT DISTINCT run_id FROM outbox WHERE run_id IS NOT NULL');
    return rows.map((row) => text(row, 'run_id'));
  }

  /** The failures that wait. */
  failures(): readonly { readonly code: string; readonly phase: Phase; readonly at: Date }[] {
    return this.state.all("SELECT body FROM outbox WHERE kind = 'failure'").map((row) => {
      const { code, phase, occurredAt } = JSON.parse(text(row, 'body')) as FailureReport;
      return { code, phase, at: new Date(occurredAt) };
    });
  }

  /** The oldest reports that fit into one message; nothing when all are delivered. */
  nextBatch(): Batch | undefined {
    const rows = this.state.all(
      'SELECT position, id, kind, body FROM outbox ORDER BY position LIMIT ?',
      this.largestBatch,
    );
    const ids: string[] = [];
    const reports: unknown[] = [];
    let bytes = ENVELOPE_BYTES;
    for (const row of rows) {
      const body = text(row, 'body');
      bytes += Buffer.byteLength(body) + 1;
      if (bytes > MAX_MESSAGE_BYTES) {
        if (ids.length > 0) break;
        this.setAside(text(row, 'id'), 'The report is larger than a message may be.');
        bytes = ENVELOPE_BYTES;
        continue;
      }
      ids.push(text(row, 'id'));
      reports.push(JSON.parse(body));
    }
    return ids.length > 0 ? { ids, reports } : undefined;
  }

  /**
   * Does what the server's answer asks for. Returns whether the batch is settled; `again` means that the same reports
   * must be sent again, later.
   */
  settle(batch: Batch, answer: ReportsAck): 'settled' | 'again' {
    if (!answer.ok) return this.settleRefusal(batch, answer.code, answer.message);
    const sent = new Set(batch.ids);
    const settled = this.state.transaction(() => {
      let count = 0;
      for (const id of answer.accepted) {
        if (sent.has(id)) count += this.state.run('DELETE FROM outbox WHERE id = ?', id);
      }
      for (const { id, message } of answer.rejected) {
        if (id !== null && sent.has(id)) count += this.setAside(id, message);
      }
      return count;
    });
    this.largestBatch = Math.min(MAX_REPORTS, this.largestBatch * 2);
    return settled > 0 ? 'settled' : 'again';
  }

  private settleRefusal(batch: Batch, code: string, message: string): 'settled' | 'again' {
    if (code !== 'malformed-message' && code !== 'too-large') return 'again';
    const [only] = batch.ids;
    if (batch.ids.length === 1 && only !== undefined) {
      this.setAside(only, `${code}: ${message}`);
      return 'settled';
    }
    // Some report among these is to blame: smaller batches find it.
    this.largestBatch = Math.max(1, Math.floor(batch.ids.length / 2));
    return 'settled';
  }

  /** Keeps every report that waits, but none of them is sent any more; answers how many there were. */
  setAllAside(message: string): number {
    return this.state.transaction(() => {
      this.state.run(
        `INSERT OR REPLACE INTO rejected_reports (id, kind, body, message, rejected_at)
         SELECT id, kind, body, ?, ? FROM outbox`,
        message,
        Date.now(),
      );
      return this.state.run('DELETE FROM outbox');
    });
  }

  private setAside(id: string, message: string): number {
    const moved = this.state.transaction(() => {
      this.state.run(
        `INSERT OR REPLACE INTO rejected_reports (id, kind, body, message, rejected_at)
         SELECT id, kind, body, ?, ? FROM outbox WHERE id = ?`,
        message,
        Date.now(),
        id,
      );
      return this.state.run('DELETE FROM outbox WHERE id = ?', id);
    });
    this.log.error('The server will never take this report. It was set aside.', {
      id,
      why: message,
    });
    return moved;
  }

  /** Reports that were set aside. */
  rejectedCount(): number {
    const row = this.state.get('SELECT count(*) AS count FROM rejected_reports');
    return row ? integer(row, 'count') : 0;
  }
}
