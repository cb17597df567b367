import { testDatabase } from '../../../testing/test-database';
import type { Queryable } from './database';
import { DatabaseUnavailable } from './database-unavailable';

describe('a listener', () => {
  const test = testDatabase();

  /** What it heard, how often it was opened, and a wait for either. */
  async function listening(
    opened: (connection: Queryable) => Promise<void> = () => Promise.resolve(),
  ) {
    const heard: string[] = [];
    const openings: number[] = [];
    let changed: () => void = () => undefined;
    const listener = test.database.listener({
      channels: ['test_one', 'test_two'],
      heard: (channel, payload) => {
        heard.push(`${channel} ${payload}`);
        changed();
      },
      opened: async (connection) => {
        await opened(connection);
        openings.push(openings.length);
        changed();
      },
      lost: () => undefined,
    });
    await listener.open();
    const until = async (done: () => boolean) => {
      while (!done()) await new Promise<void>((resolve) => (changed = resolve));
    };
    return { listener, heard, openings, until };
  }

  async function pidOf(connection: Queryable): Promise<number> {
    const [row] = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return row?.pid ?? 0;
  }

  it('hears what transactions say when they are committed, and nothing of what is rolled back', async () => {
    const { listener, heard, until } = await listening();
    const notify = (text: string) => `SELECT pg_notify('test_one', '${text}')`;
    const failed = test.database.inTransaction(async (transaction) => {
      await transaction.query(notify('never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await test.database.inTransaction(async (transaction) => {
      transaction.beforeCommit(() => transaction.query(notify('last word')));
      await transaction.query(notify('first word'));
    });
    await until(() => heard.length === 2);
    expect(heard).toEqual(['test_one first word', 'test_one last word']);
    await listener.close();
  });

  it('comes back when its connection is cut, and says so before it hears again', async () => {
    const { listener, heard, openings, until } = await listening();
    const pid = await pidOf(listener);
    await test.database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => openings.length === 2);
    await test.database.query(`SELECT pg_notify('test_two', 'again')`);
    await until(() => heard.length === 1);
    expect(heard).toEqual(['test_two again']);
    await listener.close();
  });

  it('tries once more when what has to be done at its opening fails', async () => {
    let openings = 0;
    const { listener, until } = await listening(() => {
      openings += 1;
      return openings === 2 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await test.database.query('SELECT pg_terminate_backend($1)', [await pidOf(listener)]);
    await until(() => openings === 3);
    await listener.close();
  });

  it('says what is wrong when it can not be opened at all', async () => {
    const opening = listening(() => Promise.reject(new Error('too many connections')));
    await expect(opening).rejects.toThrow(DatabaseUnavailable);
    await expect(opening).rejects.toThrow(/listened to: too many connections/);
  });

  it('writes nothing when a last word fails', async () => {
    await test.database.query('CREATE TABLE said (word text)');
    const failed = test.database.inTransaction(async (transaction) => {
      transaction.beforeCommit(() => transaction.query('SELECT 1 / 0'));
      await transaction.query(`INSERT INTO said VALUES ('x')`);
    });
    await expect(failed).rejects.toThrow('division by zero');
    expect(await test.database.query('SELECT * FROM said')).toEqual([]);
  });
});
