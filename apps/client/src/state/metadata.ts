import { type State, text } from './state';

/** Small facts that `status` shows and a restart must not forget. */
export type MetadataName =
  | 'damaged-state'
  | 'first-read'
  | 'reported-to'
  | 'connection'
  | 'sources'
  | 'clock-offset'
  | 'inventory';

export function readMetadata(state: State, name: MetadataName): string | undefined {
  const row = state.get('SELECT value FROM metadata WHERE name = ?', name);
  return row && text(row, 'value');
}

export function writeMetadata(state: State, name: MetadataName, value: string): void {
  state.run('INSERT OR REPLACE INTO metadata (name, value) VALUES (?, ?)', name, value);
}
