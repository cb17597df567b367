import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_FILE } from '../state/open-state';
import { takeProcessLock } from '../state/process-lock';
import { type State, text } from '../state/state';
import { ENTROPY_FILE } from '../state/vault';
import { atWorkplace, CommandFailed, type CommandParts } from './session';

/** How the client reaches a server holds for every copy, too. */
const KEPT_METADATA = ['route'] as const;

/**
 * Makes this computer fit to be copied: nothing is left of who it is, what it has read and what it has done, so that
 * every copy enrols as a machine of its own. The client itself, its way to the server and its logs stay.
 */
export async function prepareImageCommand(force: boolean, parts: CommandParts): Promise<void> {
  const directory = parts.settings().dataDirectory;
  await atWorkplace(
    parts,
    () => undefined,
    ({ state, log }) => {
      const lock = takeProcessLock(directory);
      if (!lock) {
        throw new CommandFailed('The client is running. Stop it first: sc stop FleetMendClient');
      }
      try {
        obstacles(state, force);
        forgetEverything(state);
        for (const copy of copiesIn(directory)) rmSync(join(directory, copy), { force: true });
      } finally {
        lock.release();
      }
      log.warn('The state was emptied for an image.');
      parts.terminal.say(
        'This computer can be copied: identity, bookmarks, reports and journal are gone. Don’t start the client again before the image is taken. Each copy is enrolled with: fleetmend-client enroll --server URL --token-file FILE',
      );
      return Promise.resolve();
    },
  );
}

function obstacles(state: State, force: boolean): void {
  if (state.get('SELECT 1 FROM runs WHERE verdict IS NULL LIMIT 1')) {
    throw new CommandFailed('A run is going on. Start the client and wait until it has ended.');
  }
  const waiting = Number(state.get('SELECT count(*) AS count FROM outbox')?.['count'] ?? 0);
  if (waiting > 0 && !force) {
    throw new CommandFailed(
      `${waiting} reports have not reached the server yet. Let the client deliver them, or use --force to lose them.`,
    );
  }
}

/** Every table, also those of later clients. SQLite overwrites what it frees, and its log is emptied. */
function forgetEverything(state: State): void {
  const tables = state
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .map((row) => text(row, 'name'));
  const kept = KEPT_METADATA.map((name) => `'${name}'`).join(', ');
  state.transaction(() => {
    // Rows that refer to others may go before those.
    state.run('PRAGMA defer_foreign_keys = ON');
    for (const table of tables) {
      state.run(
        `DELETE FROM "${table}"${table === 'metadata' ? ` WHERE name NOT IN (${kept})` : ''}`,
      );
    }
  });
  state.get('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** Older copies of the state hold a key, too, and what opens it belongs to one machine. */
function copiesIn(directory: string): string[] {
  return readdirSync(directory).filter(
    (name) => name.startsWith(`${STATE_FILE}.`) || name === ENTROPY_FILE,
  );
}
