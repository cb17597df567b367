import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode, SQLITE } from './sqlite-error';

/** Held by the one process that may detect, connect and execute. Windows frees it when the process dies. */
export interface ProcessLock {
  release(): void;
}

/** Takes the lock of `directory`, or nothing when another process has it. */
export function takeProcessLock(directory: string): ProcessLock | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(directory, 'client.lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (sqliteCode(error) === SQLITE.busy) return undefined;
    throw error;
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}
