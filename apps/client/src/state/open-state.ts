import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Log } from '../log';
import { MIGRATIONS } from './migrations';
import { salvage } from './salvage';
import { sqliteCode, SQLITE } from './sqlite-error';
import { State } from './state';
import { STATE_BEFORE_UPDATE } from './state-before-update';

export const STATE_FILE = 'client.db';

/** The file was written by a newer client than this one. */
export class StateTooNew extends Error {
  constructor(path: string, found: number) {
    super(
      `"${path}" has schema version ${found}, this client knows ${MIGRATIONS.length}. Install a client that is at least as new as the last one.`,
    );
    this.name = 'StateTooNew';
  }
}

/**
 * Opens the state in `directory`, makes or migrates it. A damaged file is set aside beside the new one, whatever can
 * still be read is taken over, and both are said in the log: nothing is deleted.
 * Throws {@link StateTooNew}, and what SQLite says when the file can't be opened for other reasons.
 */
export function openState(directory: string, log: Log): State {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, STATE_FILE);
  try {
    return open(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== SQLITE.corrupt && code !== SQLITE.notADatabase) throw error;
    return replaceDamaged(path, log, error);
  }
}

/**
 * An update of the client was taken back: where the newer client has migrated the file, the copy from before the update
 * takes its place, with what the newer one still had to report. Only while no client runs.
 * Throws {@link StateTooNew} when there is no copy.
 */
export function bringStateBack(directory: string, log: Log): void {
  const path = join(directory, STATE_FILE);
  try {
    open(path).close();
    return;
  } catch (error) {
    if (!(error instanceof StateTooNew)) return; // Damaged or not there: the client itself knows what to do.
    if (!existsSync(join(directory, STATE_BEFORE_UPDATE))) throw error;
  }
  const copy = join(directory, STATE_BEFORE_UPDATE);
  const aside = freeName(`${path}.newer-${new Date().toISOString().replaceAll(/\D/g, '')}`);
  setAside(path, aside);
  renameSync(copy, path);
  const state = open(path);
  const saved = salvage(aside, state);
  state.close();
  log.warn('A newer client had taken over the state. It is as it was before the update again.', {
    setAside: aside,
    ...saved,
  });
}

/** A state in memory, as a machine has it on which nothing was ever done. */
export function emptyState(): State {
  return open(':memory:');
}

/** Reads in the copy from before an update and lets go of it; undefined when there is none that can be read. */
export function readStateBeforeUpdate<T>(
  directory: string,
  read: (state: State) => T,
): T | undefined {
  const copy = join(directory, STATE_BEFORE_UPDATE);
  if (!existsSync(copy)) return undefined;
  try {
    const state = open(copy);
    try {
      return read(state);
    } finally {
      state.close();
    }
  } catch {
    return undefined;
  }
}

function open(path: string): State {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    // A large transaction once doesn't take that much disk for ever.
    database.exec('PRAGMA journal_size_limit = 16000000');
    database.exec('PRAGMA foreign_keys = ON');
    // What was secret once is not left in free pages.
    database.exec('PRAGMA secure_delete = ON');
    const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (check !== 'ok') throw new DamagedState(String(check));
    const state = new State(database, path);
    migrate(database, state);
    return state;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync, state: State): void {
  const version = () => Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version() > MIGRATIONS.length) throw new StateTooNew(state.path, version());
  // Without a write: a state that is up to date opens on a full disk, too.
  if (version() === MIGRATIONS.length) return;
  state.transaction(() => {
    for (const migration of MIGRATIONS.slice(version())) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/** Reads like an error of SQLite itself, since it means the same. */
class DamagedState extends Error {
  readonly errcode = SQLITE.corrupt;
}

function replaceDamaged(path: string, log: Log, error: unknown): State {
  const aside = freeName(`${path}.damaged-${new Date().toISOString().replaceAll(/\D/g, '')}`);
  setAside(path, aside);
  const state = open(path);
  const saved = salvage(aside, state);
  log.error('The state file was damaged. It was set aside, and what could be read was kept.', {
    error,
    setAside: aside,
    ...saved,
  });
  state.run(
    "INSERT OR REPLACE INTO metadata (name, value) VALUES ('damaged-state', ?)",
    `The state file was damaged and set aside as "${aside}". Kept from it: ${JSON.stringify(saved)}.`,
  );
  return state;
}

function setAside(path: string, aside: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let suffix = 2; existsSync(name); suffix += 1) name = `${wanted}-${suffix}`;
  return name;
}
