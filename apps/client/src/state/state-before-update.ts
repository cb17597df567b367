import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type State } from './state';

/**
 * The state as it was before an update of the client. A new client migrates the file when it opens it, and the old one,
 * should it come back, can't read that: it goes on with this copy and what can be taken over.
 */
export const STATE_BEFORE_UPDATE = 'client.db.before-update';

/** Copies the state, complete and consistent, in place of an earlier copy. */
export function copyOfState(state: State, directory: string): void {
  const copy = join(directory, STATE_BEFORE_UPDATE);
  if (existsSync(copy)) rmSync(copy);
  state.run('VACUUM INTO ?', copy);
}
