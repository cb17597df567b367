import { FIXED, testCampaigns } from '../../../testing/test-campaigns';
import { TestClock } from '../../../testing/test-clock';
import { testDatabase } from '../../../testing/test-database';
import { TestFleet } from '../../../testing/test-fleet';
import { Clock, DatabaseClock } from '../../platform/clock';
import type { Database } from '../../platform/database';
import { Logger } from '../../platform/logging';

const MINUTE = 60_000;

/** The clock of a server as it really is, on a computer whose own is set wrong; time passes as the test says. */
class WrongComputer extends TestClock {
  private clock = new Clock();
  private passed = 0;

  constructor(private readonly hours: number) {
    super();
  }
  async open(database: Database): Promise<void> {
    this.clock = await DatabaseClock.open(database, Logger.open('silent'), {
      wall: () => Date.now() + this.hours * 60 * MINUTE + this.passed,
      steady: () => performance.now() + this.passed,
    });
  }
  override now(): Date {
    return this.clock.now();
  }
  override pass(minutes: number): void {
    this.passed += minutes * MINUTE;
  }
  override in(minutes: number): string {
    return new Date(this.now().getTime() + minutes * MINUTE).toISOString();
  }
}

/** Real: PostgreSQL and its clock, two servers from the engine down, their clocks. Played: the machines. */
describe('a campaign on servers whose computers are two hours behind and ahead', () => {
  const test = testDatabase();
  const clocks = [new WrongComputer(-2), new WrongComputer(2)] as const;
  const behind = new TestFleet(test, clocks[0]);
  const ahead = new TestFleet(test, clocks[1]);
  beforeAll(async () => {
    for (const clock of clocks) await clock.open(test.database);
    for (const fleet of [behind, ahead]) await fleet.open();
  });
  afterAll(async () => {
    for (const fleet of [behind, ahead]) await fleet.close();
  });
  const { failing, plan, launched, begins, find, orders, advance } = testCampaigns(behind);
  const other = testCampaigns(ahead);
  /** Lets time pass, and both servers do what is due. */
  async function pass(minutes: number): Promise<void> {
    for (const clock of clocks) clock.pass(minutes);
    await other.advance();
    await advance();
    await other.advance();
  }
  /** How many minutes from the time of the database, as it would be after what has passed. */
  async function minutesTo(moment: number, passed: number): Promise<number> {
    const [row] = await test.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return (moment - (row?.now.getTime() ?? 0)) / MINUTE - passed;
  }

  it('watches its waves and lets orders expire by the time of the database, not a minute too soon', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target, { rollout: { waves: [{ count: 1 }], seed: 's' } }));
    const wavesOf = async () => (await find(id)).waveList.map(({ state }) => state);
    const found = await Promise.all(target.machineIds.map((machineId) => orders(machineId)));
    const [order] = found.flat();
    expect(await minutesTo((order?.exp ?? 0) * 1000, 0)).toBeCloseTo(15, 0);
    const first = order?.aud ?? '';
    const second = target.machineIds.find((machineId) => machineId !== first) ?? '';

    await other.ends(first, (await begins(first)) ?? '', FIXED);
    await pass(0);
    expect(await wavesOf()).toEqual(['soaking', 'planned']);
    const { soakUntil } = (await find(id)).waveList[0] ?? {};
    expect(await minutesTo(Date.parse(soakUntil ?? ''), 0)).toBeCloseTo(120, 0);
    await pass(119);
    expect(await wavesOf()).toEqual(['soaking', 'planned']);
    expect(await orders(second)).toEqual([]);
    await pass(2);
    expect(await wavesOf()).toEqual(['passed', 'executing']);

    await pass(14);
    expect((await find(id)).tally).toMatchObject({ inFlight: 1, pending: 0 });
    await pass(2);
    expect((await find(id)).tally).toMatchObject({ inFlight: 0, pending: 1 });
    await pass(3);
    expect(await other.orders(second)).toHaveLength(1);
  });
});
