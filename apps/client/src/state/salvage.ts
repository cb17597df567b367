import { DatabaseSync } from 'node:sqlite';
import { type State } from './state';

/** In the order of their references. Bookmarks are left behind on purpose: reading again loses nothing. */
const TABLES = [
  'identity',
  'metadata',
  'known_updates',
  'occurrences',
  'sightings',
  'open_failures',
  'outbox',
  'rejected_reports',
  'dropped_reports',
  'runs',
  'journal',
  'seen_orders',
] as const;

/** Copies row by row what can still be read of a damaged file; returns how many rows of each table. */
export function salvage(path: string, into: State): Record<string, number> {
  const saved: Record<string, number> = {};
  let damaged: DatabaseSync;
  try {
    damaged = new DatabaseSync(path);
  } catch {
    return saved;
  }
  try {
    for (const table of TABLES) {
      const rows = salvageTable(damaged, table, into);
      if (rows > 0) saved[table] = rows;
    }
  } finally {
    damaged.close();
  }
  return saved;
}

function salvageTable(damaged: DatabaseSync, table: string, into: State): number {
  let count = 0;
  try {
    for (const row of damaged.prepare(`SELECT * FROM ${table}`).iterate()) {
      const columns = Object.keys(row);
      const marks = columns.map(() => '?').join(', ');
      into.run(
        `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${marks})`,
        ...columns.map((column) => row[column] ?? null),
      );
      count += 1;
    }
  } catch {
    // The damage begins here: what was read before it is kept.
  }
  return count;
}
