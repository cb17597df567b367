import { type Bench } from './bench';

/** Lets the state file grow no further: every write then fails as on a full disk. */
export function fillDisk({ state }: Pick<Bench, 'state'>): void {
  const pages = Number(state.get('PRAGMA page_count')?.['page_count']);
  state.get(`PRAGMA max_page_count = ${pages}`);
  try {
    for (;;)
      state.run('INSERT INTO local_requests VALUES (?, ?)', crypto.randomUUID(), 'x'.repeat(200));
  } catch {
    // It is full now.
  }
}

/** There is room again. */
export function freeDisk({ state }: Pick<Bench, 'state'>): void {
  state.get('PRAGMA max_page_count = 1000000');
}
