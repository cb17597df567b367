import { randomUUID } from 'node:crypto';
import { testFleet } from '../../../testing/test-fleet';
import { KNOWN_FOR, ReportJobs } from './report-jobs';

describe('the ids of reports', () => {
  const fleet = testFleet();
  const limit = KNOWN_FOR / 60_000;

  async function known(machineId: string): Promise<number> {
    const rows = await fleet.database.query('SELECT 1 FROM known_reports WHERE machine_id = $1', [
      machineId,
    ]);
    return rows.length;
  }

  it('are forgotten when they are old, however many there are, and no earlier', async () => {
    const machine = await fleet.machine();
    const before = await known(machine);
    await fleet.report(machine, ...Array.from({ length: 25 }, () => fleet.failure(-5)));
    fleet.clock.pass(1);
    const young = { ...fleet.failure(-5), id: randomUUID() };
    await fleet.report(machine, young);
    fleet.clock.pass(limit - 0.5);
    await fleet.get(ReportJobs).forgetOld(new AbortController().signal, 10);
    expect(await known(machine)).toBe(1);
    expect(before).toBeGreaterThan(0);
    const [row] = await fleet.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM failures WHERE machine_id = $1',
      [machine],
    );
    expect(row?.n).toBe(26);
    expect(await fleet.submit(machine, young)).toMatchObject({ ok: true, accepted: [young.id] });
    expect(await known(machine)).toBe(1);
  });

  it('stay when the job is told to stop', async () => {
    const machine = await fleet.machine();
    await fleet.report(machine, fleet.failure(-5));
    fleet.clock.pass(limit + 1);
    await fleet.get(ReportJobs).forgetOld(AbortSignal.abort());
    expect(await known(machine)).toBeGreaterThan(0);
    await fleet.get(ReportJobs).forgetOld(new AbortController().signal);
    expect(await known(machine)).toBe(0);
  });
});
