import { type Report } from '@fleetmend/client-protocol';
import { type Log } from '../log';
import { integer, type State, text } from '../state/state';

/** How much may wait for the server: weeks of failures of an ordinary machine. */
export interface OutboxBounds {
  readonly reports: number;
  readonly bytes: number;
}

export const OUTBOX_BOUNDS: OutboxBounds = { reports: 20_000, bytes: 50_000_000 };

/** Reports of a kind that were given up for want of room. */
export interface Dropped {
  readonly kind: string;
  readonly count: number;
}

/** Room is made for more than one report: making it is work. */
const ROOM = 0.05;

/** A statement that finds reports that may go, oldest first: their `position`, and the `unit` that goes as a whole. */
interface Class {
  readonly name: string;
  readonly sql: string;
}

/** A success that a later one of the same update and phase repeats. */
const SUPERSEDED = `
  SELECT position FROM (
    SELECT position, row_number() OVER (
      PARTITION BY body ->> '$.phase', coalesce(body ->> '$.update.id', body ->> '$.update.kb', '')
      ORDER BY position DESC) AS age
    FROM outbox WHERE kind = 'success')
  WHERE age > 1 ORDER BY position`;

/** A record is of use only whole: when one of its parts goes, all of them do. */
const RECORDS = (runs: string) => `
  SELECT parts.position, record.first AS unit FROM outbox AS parts
  JOIN (SELECT run_id, body ->> '$.name' AS name, min(position) AS first
          FROM outbox WHERE kind = 'history' GROUP BY 1, 2) AS record
    ON parts.run_id = record.run_id AND parts.body ->> '$.name' = record.name
  WHERE parts.kind = 'history' AND parts.run_id ${runs} (SELECT run_id FROM runs WHERE ended_at IS NULL)
  ORDER BY record.first, parts.position`;

const OLDEST = (kind: Report['kind']) =>
  `SELECT position FROM outbox WHERE kind = '${kind}' ORDER BY position`;

/**
 * What goes first when there is no room: what is worth the least. Failures go when nothing else is left, and events of
 * runs never do: a run with a gap would never be understood.
 */
const CLASSES: readonly Class[] = [
  {
    name: 'inventories that a later one has replaced',
    sql: `SELECT position FROM outbox WHERE kind = 'inventory'
            AND position < (SELECT max(position) FROM outbox WHERE kind = 'inventory') ORDER BY position`,
  },
  { name: 'successes that a later one repeats', sql: SUPERSEDED },
  { name: 'histories of runs that have ended', sql: RECORDS('NOT IN') },
  { name: 'the inventory', sql: OLDEST('inventory') },
  { name: 'rejected orders', sql: OLDEST('rejected-order') },
  { name: 'histories of runs that go on', sql: RECORDS('IN') },
  { name: 'successes', sql: OLDEST('success') },
  { name: 'failures', sql: OLDEST('failure') },
];

/** Keeps the outbox within its bounds, and counts what that costs. */
export class OutboxKeeper {
  constructor(
    private readonly state: State,
    private readonly log: Log,
    private readonly bounds: OutboxBounds = OUTBOX_BOUNDS,
  ) {}

  /** Gives up what is worth the least until there is room. Belongs to the transaction of the caller. */
  makeRoom(): void {
    if (!this.isOver(0)) return;
    const dropped = new Map<string, number>();
    for (const { sql } of CLASSES) {
      let unit: unknown;
      for (const row of this.state.all(sql)) {
        const isWithin = row['unit'] !== undefined && row['unit'] === unit;
        if (!isWithin && !this.isOver(ROOM)) break;
        unit = row['unit'];
        this.drop(integer(row, 'position'), dropped);
      }
    }
    if (dropped.size === 0) return;
    for (const [kind, count] of dropped) {
      this.state.run(
        `INSERT INTO dropped_reports (kind, count) VALUES (?, ?)
         ON CONFLICT (kind) DO UPDATE SET count = count + excluded.count`,
        kind,
        count,
      );
    }
    this.log.warn('The outbox is full: reports that are worth the least were given up.', {
      ...Object.fromEntries(dropped),
    });
  }

  /** All that was ever given up on this machine. */
  dropped(): readonly Dropped[] {
    return this.state
      .all('SELECT kind, count FROM dropped_reports ORDER BY kind')
      .map((row) => ({ kind: text(row, 'kind'), count: integer(row, 'count') }));
  }

  private drop(position: number, dropped: Map<string, number>): void {
    const row = this.state.get('SELECT kind FROM outbox WHERE position = ?', position);
    if (!row) return;
    const kind = text(row, 'kind');
    dropped.set(kind, (dropped.get(kind) ?? 0) + 1);
    this.state.run('DELETE FROM outbox WHERE position = ?', position);
  }

  /** Whether more waits than may, but for this share that is to stay free. */
  private isOver(share: number): boolean {
    const row = this.state.get('SELECT reports, bytes FROM outbox_size');
    if (!row) return false;
    const limit = (most: number) => most * (1 - share);
    return (
      integer(row, 'reports') > limit(this.bounds.reports) ||
      integer(row, 'bytes') > limit(this.bounds.bytes)
    );
  }
}
