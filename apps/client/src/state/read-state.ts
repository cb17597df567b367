import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { STATE_FILE } from './open-state';
import { State } from './state';

/**
 * Opens the state only to read it: on a full disk, while the service works with it, without a change to it. Undefined
 * when there is none. Throws what SQLite says when it can't be read in any way.
 */
export function readState(directory: string): State | undefined {
  const path = join(directory, STATE_FILE);
  if (!isThere(path)) return undefined;
  try {
    return opened(new DatabaseSync(path, { readOnly: true, timeout: 10_000 }), path);
  } catch {
    // Readers of a write-ahead log need a small file of shared memory beside it, for which there may be no room. Who
    // has the file alone keeps it in memory.
    const alone = new DatabaseSync(path, { timeout: 10_000 });
    alone.exec('PRAGMA locking_mode = EXCLUSIVE');
    return opened(alone, path);
  }
}

/** What can't be looked at is there, or may be: that is the caller's to hear. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function opened(database: DatabaseSync, path: string): State {
  try {
    database.exec('PRAGMA query_only = ON');
    const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (check !== 'ok') throw new Error(`"${path}" is damaged: ${String(check)}`);
    return new State(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}
