import { type State, text } from './state';

/** Small facts that `status` shows and a restart must not forget. */
export type MetadataName =
  | 'damaged-state'
  | 'first-read'
  | 'reported-to'
  | 'connection'
  | 'sources'
  | 'clock-offset'
  /** How the enrolment stands that an installer has left. */
  | 'enrolment'
  | 'inventory'
  /** What hints at the computer on which the key was made. */
  | 'hints'
  /** The machine whose key this is, when it is not this one's. */
  | 'copied-from'
  /** How much lies in folders that were set aside. */
  | 'folder-sizes'
  | 'attempts'
  | 'last-server-time'
  | 'route'
  | 'proxy-credentials'
  /** How it stands with the last release that was offered. */
  | 'update'
  /** The update whose end was told. */
  | 'update-told'
  /** Executables that were tried here and taken back. */
  | 'bad-releases';

export function readMetadata(state: State, name: MetadataName): string | undefined {
  const row = state.get('SELECT value FROM metadata WHERE name = ?', name);
  return row && text(row, 'value');
}

export function writeMetadata(state: State, name: MetadataName, value: string): void {
  state.run('INSERT OR REPLACE INTO metadata (name, value) VALUES (?, ?)', name, value);
}

export function forgetMetadata(state: State, name: MetadataName): void {
  state.run('DELETE FROM metadata WHERE name = ?', name);
}
