import { testDatabase } from '../../../testing/test-database';
import { MIGRATIONS } from '../../migrations';
import { Database, type Transaction } from './database';
import { DatabaseUnavailable } from './database-unavailable';
import { isDataError, sqlState, storable } from './sql';

describe('Database', () => {
  const test = testDatabase();

  beforeAll(async () => {
    await test.database.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
  });
  beforeEach(async () => {
    await test.database.query('DELETE FROM notes');
  });

  const ids = async () =>
    (await test.database.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(
      ({ id }) => id,
    );

  it('answers rows of every kind of statement', async () => {
    expect(
      await test.database.query('INSERT INTO notes VALUES (1, $1) RETURNING id', ['a']),
    ).toEqual([{ id: 1 }]);
    expect(await test.database.query(`UPDATE notes SET text = 'b' RETURNING text`)).toEqual([
      { text: 'b' },
    ]);
    expect(await test.database.query('DELETE FROM notes RETURNING id')).toEqual([{ id: 1 }]);
  });

  it('calls back after the commit, when others can see what was written', async () => {
    const seen: Promise<number[]>[] = [];
    await test.database.inTransaction(async (transaction) => {
      transaction.afterCommit(() => seen.push(ids()));
      await transaction.query('INSERT INTO notes VALUES (1)');
      expect(seen).toHaveLength(0);
      expect(await ids()).toEqual([]);
    });
    expect(await Promise.all(seen)).toEqual([[1]]);
  });

  it('writes nothing and calls nobody when the work fails', async () => {
    let called = false;
    const work = test.database.inTransaction(async (transaction) => {
      transaction.afterCommit(() => (called = true));
      await transaction.query('INSERT INTO notes VALUES (1)');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await ids()).toEqual([]);
    expect(called).toBe(false);
  });

  it('writes nothing and calls nobody when the commit itself fails', async () => {
    await test.database.query(
      'CREATE TABLE late (id int, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    let called = false;
    const work = test.database.inTransaction(async (transaction) => {
      transaction.afterCommit(() => (called = true));
      await transaction.query('INSERT INTO late VALUES (1), (1)');
    });
    await expect(work).rejects.toThrow();
    expect(called).toBe(false);
  });

  it('takes nothing for written when a failed statement was overlooked', async () => {
    const work = test.database.inTransaction(async (transaction) => {
      await transaction.query('INSERT INTO notes VALUES (1)');
      await transaction.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('nothing was written');
    expect(await ids()).toEqual([]);
  });

  it('does statements that are sent at once in their order, and stops at the first that fails', async () => {
    await test.database.inTransaction(async (transaction) => {
      const sent = [1, 2, 3].map((id) =>
        transaction.query<{ n: number }>(
          'WITH added AS (INSERT INTO notes VALUES ($1)) SELECT count(*)::int AS n FROM notes',
          [id],
        ),
      );
      expect((await Promise.all(sent)).map(([row]) => row?.n)).toEqual([0, 1, 2]);
    });
    const work = test.database.inTransaction((transaction) =>
      Promise.all([
        transaction.query('INSERT INTO notes VALUES ($1)', [4]),
        transaction.query('INSERT INTO notes VALUES ($1)', [4]),
        transaction.query('INSERT INTO notes VALUES ($1)', [5]),
      ]),
    );
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('sends nothing for a transaction that is over', async () => {
    let escaped: Transaction | undefined;
    await test.database.inTransaction((transaction) => {
      escaped = transaction;
      return Promise.resolve();
    });
    await expect(escaped?.query('INSERT INTO notes VALUES (1)')).rejects.toThrow('is over');
    expect(await ids()).toEqual([]);
  });

  it('is there again when PostgreSQL has cut a connection', async () => {
    const work = test.database.inTransaction(async (transaction) => {
      await transaction.query('INSERT INTO notes VALUES (1)');
      const [row] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await test.database.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await transaction.query('INSERT INTO notes VALUES (2)');
    });
    await expect(work).rejects.toThrow();
    expect(await ids()).toEqual([]);
  });

  it('does not undo what is committed because a callback fails', async () => {
    await test.database.inTransaction(async (transaction) => {
      transaction.afterCommit(() => {
        throw new Error('nobody home');
      });
      await transaction.query('INSERT INTO notes VALUES (1)');
    });
    expect(await ids()).toEqual([1]);
    expect(test.errors).toContainEqual(new Error('nobody home'));
  });

  it('does the work again after a deadlock, and calls back once', async () => {
    await test.database.query('INSERT INTO notes VALUES (1), (2)');
    let arrived = 0;
    let release: () => void = () => undefined;
    const bothHoldOne = new Promise<undefined>((resolve) => {
      release = () => {
        resolve(undefined);
      };
    });
    const calls: number[] = [];
    const lock = (first: number, second: number) =>
      test.database.inTransaction(async (transaction) => {
        transaction.afterCommit(() => calls.push(first));
        await transaction.query('UPDATE notes SET text = $2 WHERE id = $1', [first, `by ${first}`]);
        if (++arrived === 2) release();
        await bothHoldOne;
        await transaction.query('UPDATE notes SET text = $2 WHERE id = $1', [
          second,
          `by ${first}`,
        ]);
      });
    await Promise.all([lock(1, 2), lock(2, 1)]);
    expect(calls.sort()).toEqual([1, 2]);
  });

  it('migrates once, even when two servers start at once', async () => {
    const open = () =>
      Database.open({ url: test.url, migrations: MIGRATIONS, onError: () => undefined });
    const [one, two] = await Promise.all([open(), open()]);
    try {
      await one.query('DELETE FROM migrations WHERE name = $1', ['Late1']);
      expect(await Promise.all([one.migrate(), two.migrate()])).toEqual([[], []]);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('says in words that nobody answers', async () => {
    const open = Database.open({
      url: 'postgres://nobody:secret@127.0.0.1:1/none',
      migrations: [],
      onError: () => undefined,
    });
    await expect(open).rejects.toBeInstanceOf(DatabaseUnavailable);
    await open.catch((error: unknown) => {
      expect(String(error)).toContain('ECONNREFUSED');
      expect(String(error)).not.toContain('secret');
    });
  });

  it('tells bad data from a database in trouble', async () => {
    const nul = await test.database
      .query('SELECT $1::text', ['a\0b'])
      .catch((error: unknown) => error);
    expect(isDataError(nul)).toBe(true);
    const missing = await test.database
      .query('SELECT * FROM nowhere')
      .catch((error: unknown) => error);
    expect(sqlState(missing)).toBe('42P01');
    expect(isDataError(missing)).toBe(false);
    expect(isDataError(new Error('connection terminated'))).toBe(false);
  });

  it.each([
    ['a\0b', 'a\uFFFDb'],
    ['half \uD800 pair', 'half \uFFFD pair'],
    ['whole \u{1F600} pair', 'whole \u{1F600} pair'],
    ['a literal \\u0000', 'a literal \\u0000'],
  ])('makes %j storable', async (given, kept) => {
    expect(storable({ list: [given], [given]: 1 })).toEqual({ list: [kept], [kept]: 1 });
    const [row] = await test.database.query<{ text: string; doc: unknown }>(
      'SELECT $1::text AS text, $2::jsonb AS doc',
      [storable(given), JSON.stringify([storable(given)])],
    );
    expect(row).toEqual({ text: kept, doc: [kept] });
  });
});
