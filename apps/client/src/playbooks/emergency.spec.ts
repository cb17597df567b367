import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Bench } from '../../testing/bench';
import { canMount, runOnSmallDisk } from '../../testing/small-disk';
import { removeTemporaryFolders } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { readState } from '../state/read-state';
import { rescueServices } from './emergency';

afterEach(removeTemporaryFolders);

/** Disk and SQLite are real, Windows is simulated. The client dies while services are stopped; then the disk is full. */
(canMount() ? describe : describe.skip)('a client that begins on a full disk', () => {
  it('starts the services that a run had stopped, though it can write nothing', () => {
    const seen = runOnSmallDisk('full-disk-program.ts', '16m') as Record<string, unknown>;
    expect(seen['stopped']).not.toEqual(seen['before']);
    expect(seen['rescued']).toEqual([seen['before'], seen['before']]);
    expect(seen).toMatchObject({ canWrite: false, verdict: 'unverified' });
    expect(seen['whileWaiting']).toEqual(seen['before']);
    expect(seen['after']).toEqual(seen['before']);
  });
});

describe('rescueServices', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => {
    bench.close();
  });

  const rescue = (folder: string) =>
    rescueServices(join(bench.root, folder), 'of the spec.', {
      windows: bench.windows,
      clock: bench.clock,
      log: silentLog,
    });

  it('does nothing where there is no state, or no run in it', async () => {
    await rescue('nowhere');
    await bench.run(bench.definition());
    bench.windows.services.get('bits').state = 'stopped';
    await rescue('state');
    expect(bench.windows.services.get('bits').state).toBe('stopped');
    expect(existsSync(join(bench.root, 'nowhere'))).toBe(false);
  });

  it('reads beside a client that works, and can change nothing', () => {
    const reader = readState(join(bench.root, 'state'));
    expect(() => reader?.run('DELETE FROM runs')).toThrow();
    expect(reader?.all('SELECT * FROM runs')).toEqual([]);
    reader?.close();
  });
});
