import { testDatabase } from '../../../testing/test-database';
import { Logger } from '../logging';
import { DatabaseClock } from './database-clock';

/** A log, read. */
function readableLog() {
  const lines: string[] = [];
  return { lines, logger: Logger.open('warn', { write: (line) => lines.push(line) }) };
}

describe('DatabaseClock', () => {
  const test = testDatabase();

  async function difference(clock: DatabaseClock): Promise<number> {
    const [row] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return Math.abs(clock.now().getTime() - (row?.now.getTime() ?? 0));
  }

  it.each([-86_400_000, -60_000, 60_000, 86_400_000])(
    'says the database’s time on a server whose clock is off by %d ms, and says that it is',
    async (skew) => {
      const { lines, logger } = readableLog();
      const own = { wall: () => Date.now() + skew, steady: () => performance.now() };
      const clock = await DatabaseClock.open(test.database, logger, own);
      expect(await difference(clock)).toBeLessThan(2_000);
      await clock.measure();
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('differs from the database');
    },
  );

  it('says nothing when clocks agree', async () => {
    const { lines, logger } = readableLog();
    await DatabaseClock.open(test.database, logger);
    expect(lines).toEqual([]);
  });

  it('goes on while the database is away', async () => {
    const { logger } = readableLog();
    let steady = 0;
    const own = { wall: () => 0, steady: () => steady };
    const database = Object.create(test.database) as typeof test.database;
    const clock = await DatabaseClock.open(database, logger, own);
    const before = clock.now().getTime();
    database.query = () => Promise.reject(new Error('away'));
    steady += 5_000;
    await clock.measure();
    expect(clock.now().getTime()).toBe(before + 5_000);
  });
});
