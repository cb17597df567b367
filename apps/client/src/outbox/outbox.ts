import {
  type FailureReport,
  MAX_MESSAGE_BYTES,
  MAX_REPORTS,
  type Report,
  type ReportsAck,
} from '@fleetmend/client-protocol';
import { type Phase } from '@fleetmend/domain';
import { type Log } from '../log';
import { integer, type Row, type State, text } from '../state/state';
import { type Dropped, type OutboxBounds, OutboxKeeper } from './outbox-bounds';

/** Reports that go out in one message, in the order in which they were made. */
export interface Batch {
  /** What the message takes, in bytes. */
  readonly bytes: number;
  readonly ids: readonly string[];
  readonly reports: readonly unknown[];
}

/** What a message may hold, beside what the protocol says. */
export interface BatchLimits {
  /** As much as the link carries in good time. */
  readonly bytes?: number | undefined;
  /** Reports that are larger than this go when nothing else waits. */
  readonly largest?: number | undefined;
  /** Kinds of reports that stay for now. */
  readonly waits?: readonly Report['kind'][] | undefined;
}

/** The newest of those that were set aside are kept, to be looked at. */
const SET_ASIDE_KEPT = 500;

/** What is left for the envelope of a message. */
const ENVELOPE_BYTES = 10_000;

/**
 * What the server has to be told and hasn't confirmed yet. Reports are added within the transaction that makes them
 * true, and leave only when the server has accepted or for good rejected them.
 */
export class Outbox {
  private readonly listeners = new Set<() => void>();
  private largestBatch = MAX_REPORTS;

  private readonly keeper: OutboxKeeper;

  constructor(
    private readonly state: State,
    private readonly log: Log,
    bounds?: OutboxBounds,
  ) {
    this.keeper = new OutboxKeeper(state, log, bounds);
  }

  /** Belongs to the transaction of the caller, if there is one. Call {@link announce} after its commit. */
  add(report: Report): void {
    this.state.run(
      'INSERT OR IGNORE INTO outbox (id, kind, run_id, body) VALUES (?, ?, ?, ?)',
      report.id,
      report.kind,
      'runId' in report ? report.runId : null,
      JSON.stringify(report),
    );
    this.keeper.makeRoom();
  }

  /** What was given up for want of room, ever. */
  dropped(): readonly Dropped[] {
    return this.keeper.dropped();
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

  /** The oldest reports that fit into one message; nothing when all are delivered, or may wait. */
  nextBatch(limits: BatchLimits = {}): Batch | undefined {
    const { bytes: mostBytes, largest } = limits;
    const rows = this.rows(limits);
    if (rows.length === 0 && largest !== undefined) {
      return this.nextBatch({ ...limits, largest: undefined });
    }
    const ids: string[] = [];
    const reports: unknown[] = [];
    let bytes = 0;
    for (const row of rows) {
      const body = text(row, 'body');
      const more = Buffer.byteLength(body) + 1;
      if (more > MAX_MESSAGE_BYTES - ENVELOPE_BYTES) {
        if (ids.length > 0) break;
        this.setAside(text(row, 'id'), 'The report is larger than a message may be.');
        continue;
      }
      // One report goes alone, however slow the link is.
      const most = Math.min(mostBytes ?? Infinity, MAX_MESSAGE_BYTES - ENVELOPE_BYTES);
      if (bytes + more > most && ids.length > 0) break;
      bytes += more;
      ids.push(text(row, 'id'));
      reports.push(JSON.parse(body));
    }
    if (ids.length > 0) return { ids, reports, bytes };
    // What was too large for any message is out of the way now.
    return rows.length > 0 ? this.nextBatch(limits) : undefined;
  }

  private rows({ largest, waits = [] }: BatchLimits): Row[] {
    // Events of a run keep their order.
    return this.state.all(
      `SELECT id, body FROM outbox
        WHERE kind NOT IN (SELECT value FROM json_each(?))
          AND (kind = 'run-event' OR octet_length(body) <= ?)
        ORDER BY position LIMIT ?`,
      JSON.stringify(waits),
      largest ?? Number.MAX_SAFE_INTEGER,
      this.largestBatch,
    );
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
        if (!sent.has(id)) continue;
        // Also what was given up meanwhile for want of room was delivered.
        this.state.run('DELETE FROM outbox WHERE id = ?', id);
        count += 1;
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
      this.state.run(
        `DELETE FROM rejected_reports WHERE id NOT IN
           (SELECT id FROM rejected_reports ORDER BY rejected_at DESC, rowid DESC LIMIT ?)`,
        SET_ASIDE_KEPT,
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
