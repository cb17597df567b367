import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type Log, silentLog } from '../log';
import { bringStateBack, openState, StateTooNew } from './open-state';
import { takeProcessLock } from './process-lock';
import { copyOfState, STATE_BEFORE_UPDATE } from './state-before-update';

describe('openState', () => {
  let folder: string;
  let errors: string[];
  const log: Log = { ...silentLog, error: (message) => errors.push(message) };

  beforeEach(() => {
    folder = temporaryFolder();
    errors = [];
  });
  afterEach(removeTemporaryFolders);

  const file = () => join(folder, 'client.db');
  const remember = (value: string) => {
    const state = openState(folder, log);
    state.run("INSERT INTO metadata (name, value) VALUES ('first-read', ?)", value);
    state.close();
  };
  const remembered = () => {
    const state = openState(folder, log);
    try {
      return state.get("SELECT value FROM metadata WHERE name = 'first-read'")?.['value'];
    } finally {
      state.close();
    }
  };

  it('keeps what was written, in a file that survives power loss', () => {
    remember('this');
    expect(remembered()).toBe('this');
    const database = new DatabaseSync(file());
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
    expect(errors).toEqual([]);
  });

  it.each([
    [
      'is no database',
      () => Buffer.from('this is no database, but it is long enough to be read as one '.repeat(50)),
    ],
    [
      'lost its beginning',
      () => Buffer.concat([Buffer.alloc(2048), readFileSync(file()).subarray(2048)]),
    ],
  ])('sets a file aside that %s, says so, and begins anew', (_, damage) => {
    remember('this');
    const damaged = damage();
    writeFileSync(file(), damaged);
    expect(remembered()).toBeUndefined();
    expect(errors).toEqual([expect.stringContaining('damaged')]);
    const aside = readdirSync(folder).find((name) => /damaged-\d+$/.test(name));
    expect(readFileSync(join(folder, aside!))).toEqual(damaged);
    const state = openState(folder, log);
    expect(
      state.get("SELECT value FROM metadata WHERE name = 'damaged-state'")?.['value'],
    ).toContain('set aside');
    state.close();
  });

  it('takes over what can still be read', () => {
    const state = openState(folder, log);
    state.run("INSERT INTO metadata (name, value) VALUES ('first-read', 'this')");
    for (let index = 0; index < 2000; index += 1) {
      state.run(
        'INSERT INTO outbox (id, kind, body) VALUES (?, ?, ?)',
        `${index}`,
        'x',
        'x'.repeat(500),
      );
    }
    state.run('PRAGMA wal_checkpoint(TRUNCATE)');
    state.close();
    const bytes = readFileSync(file());
    bytes.fill(
      0xaa,
      Math.floor(bytes.length / 2 / 4096) * 4096,
      Math.floor(bytes.length / 2 / 4096) * 4096 + 8192,
    );
    writeFileSync(file(), bytes);
    expect(remembered()).toBe('this');
    const saved = openState(folder, log);
    const { count } = saved.get('SELECT count(*) AS count FROM outbox') as { count: number };
    expect(count).toBeGreaterThan(100);
    saved.close();
  });

  it('refuses a file of a newer client and leaves it alone', () => {
    remember('this');
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openState(folder, log)).toThrow(StateTooNew);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  describe('after an update of the client was taken back', () => {
    const update = (migrates: boolean) => {
      const old = openState(folder, log);
      old.run("INSERT INTO outbox (id, kind, body) VALUES ('before', 'x', '{}')");
      copyOfState(old, folder);
      old.close();
      const newer = new DatabaseSync(file());
      newer.exec("INSERT INTO outbox (id, kind, body) VALUES ('after', 'x', '{}')");
      if (migrates) newer.exec('ALTER TABLE identity ADD COLUMN x TEXT; PRAGMA user_version = 99');
      newer.close();
    };
    const waiting = () => {
      const state = openState(folder, log);
      const ids = state.all('SELECT id FROM outbox ORDER BY position').map(({ id }) => id);
      state.close();
      return ids;
    };

    it('can be read again, with what the newer client had to report', () => {
      update(true);
      expect(() => openState(folder, log)).toThrow(StateTooNew);
      bringStateBack(folder, log);
      expect(waiting()).toEqual(['before', 'after']);
      expect(readdirSync(folder).filter((name) => name.includes('newer-'))).not.toEqual([]);
      bringStateBack(folder, log);
      expect(waiting()).toEqual(['before', 'after']);
    });

    it('is left alone where the newer client has not changed its form', () => {
      update(false);
      bringStateBack(folder, log);
      expect(waiting()).toEqual(['before', 'after']);
      expect(readdirSync(folder).filter((name) => name.includes('newer-'))).toEqual([]);
    });

    it('is not replaced by anything else than the copy', () => {
      update(true);
      rmSync(join(folder, STATE_BEFORE_UPDATE));
      expect(() => {
        bringStateBack(folder, log);
      }).toThrow(StateTooNew);
    });
  });

  it('gives the lock to one process at a time', () => {
    const lock = takeProcessLock(folder);
    expect(takeProcessLock(folder)).toBeUndefined();
    lock?.release();
    const next = takeProcessLock(folder);
    expect(next).toBeDefined();
    next?.release();
  });
});
