import { randomUUID } from 'node:crypto';
import { testFleet } from '../../../testing/test-fleet';
import { Logger } from '../../platform/logging';
import { FingerprintsService } from '../fingerprints';
import { ReportWriter } from './report-writer';
import { ReportsService } from './reports.service';

describe('reports', () => {
  const fleet = testFleet();

  /** How all that the dashboard reads of a machine's failures stands, recounted from the failures themselves. */
  async function counts(machineId: string) {
    const [row] = await fleet.database.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM failures WHERE machine_id = $1) AS failures,
              (SELECT count(*)::int FROM successes WHERE machine_id = $1) AS successes,
              (SELECT coalesce(sum(occurrences), 0)::int FROM machine_fingerprints WHERE machine_id = $1) AS counted,
              (SELECT count(*)::int FROM machine_fingerprints WHERE machine_id = $1 AND state = 'open') AS open,
              (SELECT open_failures FROM machines WHERE id = $1) AS "onMachine"`,
      [machineId],
    );
    return row;
  }

  /** What is kept in sums must be what a recount says. */
  async function expectSumsToBeTrue() {
    const wrong = await fleet.database.query(
      `SELECT f.id, f.occurrences, f.machines, f.open_machines
         FROM fingerprints f
         LEFT JOIN LATERAL (SELECT count(*) AS n FROM failures WHERE fingerprint_id = f.id) o ON true
         LEFT JOIN LATERAL (SELECT coalesce(sum(failures), 0) AS n FROM fingerprint_hours
                             WHERE fingerprint_id = f.id) h ON true
         LEFT JOIN LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE state = 'open') AS open
                              FROM machine_fingerprints WHERE fingerprint_id = f.id) m ON true
        WHERE f.occurrences <> o.n OR h.n <> o.n OR f.machines <> m.n OR f.open_machines <> m.open`,
    );
    expect(wrong).toEqual([]);
  }
  afterEach(expectSumsToBeTrue);

  it('makes a fingerprint of a failure, and tells after the commit', async () => {
    const machine = await fleet.machine();
    fleet.told = {};
    await fleet.report(machine, fleet.failure(-10));
    const { items } = await fleet.get(FingerprintsService).page({
      ...{ state: 'open', sort: 'machines', limit: 50 },
    });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      ...{ code: '0x80070002', symbol: 'ERROR_FILE_NOT_FOUND', phase: 'download' },
      ...{ update: 'KB5034441', updateTitle: 'Security update', osFamily: 'Windows 11 24H2' },
      ...{ openMachines: 1, machines: 1, occurrences: 1, isNew: true, guard: null },
      proposals: [{ playbook: 'reset-software-distribution', confidence: 'documented' }],
    });
    expect(items[0]?.trend.at(-1)).toBe(1);
    expect(fleet.told['machines-changed']).toEqual([{ machineIds: [machine] }]);
    expect(fleet.told['fingerprints-changed']).toEqual([{ fingerprintIds: [items[0]?.id] }]);
    expect(await counts(machine)).toEqual({
      ...{ failures: 1, successes: 0, counted: 1, open: 1, onMachine: 1 },
    });
  });

  it('takes a report once, however often and by whichever socket it comes', async () => {
    const machine = await fleet.machine();
    const report = { ...fleet.failure(-5), id: randomUUID() };
    const answers = await Promise.all([
      fleet.submit(machine, report, report),
      fleet.submit(machine, report),
    ]);
    answers.push(await fleet.submit(machine, report));
    for (const answer of answers) {
      expect(answer).toMatchObject({ ok: true, rejected: [] });
      expect(answer.ok && new Set(answer.accepted)).toEqual(new Set([report.id]));
    }
    expect(await counts(machine)).toMatchObject({ failures: 1, counted: 1 });
  });

  it('takes a report once from two servers at once', async () => {
    const machine = await fleet.machine();
    const writer = fleet.get(ReportWriter);
    const report = {
      ...(fleet.failure(-5) as unknown as Parameters<typeof writer.write>[0][0]['report']),
      ...{ id: randomUUID(), createdAt: fleet.clock.in(0), fromBacklog: false },
    } as Parameters<typeof writer.write>[0][0]['report'];
    const batch = [{ machineId: machine, report }];
    await Promise.all([writer.write(batch), writer.write(batch), writer.write(batch)]);
    expect(await counts(machine)).toMatchObject({ failures: 1, counted: 1, open: 1, onMachine: 1 });
  });

  it('keeps ids apart that two machines happen to share', async () => {
    const [one, two] = [await fleet.machine(), await fleet.machine()];
    const report = { ...fleet.failure(-5), id: randomUUID() };
    await fleet.report(one, report);
    await fleet.report(two, report);
    expect(await counts(two)).toMatchObject({ failures: 1 });
  });

  it('rejects what it can not read, and takes the rest', async () => {
    const machine = await fleet.machine();
    const bad = { ...fleet.failure(-5), id: randomUUID(), code: 'nonsense' };
    const good = { ...fleet.failure(-5), id: randomUUID() };
    const answer = await fleet
      .get(ReportsService)
      .submit(machine, [bad, { ...good, createdAt: fleet.clock.in(0) }, 'not even an object']);
    expect(answer).toEqual({
      ok: true,
      accepted: [good.id],
      rejected: [
        { id: bad.id, message: expect.any(String) as string },
        { id: null, message: expect.any(String) as string },
      ],
    });
  });

  it('finds the one report of a batch that the database refuses, and writes all others', async () => {
    const machines = await Promise.all(Array.from({ length: 5 }, () => fleet.machine()));
    // Passes the schema, and is before the first day that PostgreSQL knows.
    const culprit = {
      ...fleet.failure(-5),
      id: randomUUID(),
      occurredAt: '-271821-04-20T00:00:00Z',
    };
    const poison = { ...fleet.failure(-5), id: randomUUID(), occurredAt: '0000-01-01T00:00:00Z' };
    const answers = await Promise.all(
      machines.map((machine, index) =>
        fleet.submit(
          machine,
          fleet.failure(-5),
          ...(index === 2 ? [poison, culprit] : []),
          fleet.failure(-4),
        ),
      ),
    );
    expect(answers[2]?.ok && answers[2].rejected).toContainEqual({
      ...{ id: poison.id, message: 'The report holds a value that can not be kept.' },
    });
    answers.forEach((answer, index) => {
      expect(answer.ok && answer.accepted.length).toBeGreaterThanOrEqual(2);
      expect(answer.ok && answer.rejected.length === 0).toBe(index !== 2);
    });
    for (const machine of machines) {
      expect(await counts(machine)).toMatchObject({ failures: 2, counted: 2 });
    }
  });

  it('keeps texts with NUL and broken characters', async () => {
    const machine = await fleet.machine();
    await fleet.report(
      machine,
      fleet.failure(-5, { evidence: [{ source: 'event-log', record: 'a\0b\uD800c' }] }),
    );
    const [row] = await fleet.database.query<{ evidence: unknown }>(
      'SELECT evidence FROM failures WHERE machine_id = $1',
      [machine],
    );
    expect(row?.evidence).toEqual([{ source: 'event-log', record: 'a\uFFFDb\uFFFDc' }]);
  });

  it('closes by a later success of the same update, and by nothing else', async () => {
    const machine = await fleet.machine();
    await fleet.report(machine, fleet.failure(-10));
    await fleet.report(
      machine,
      fleet.success(-20),
      fleet.success(-5, { update: { kb: 'KB1234567' } }),
    );
    expect(await counts(machine)).toMatchObject({ open: 1, onMachine: 1 });
    await fleet.report(machine, fleet.success(-1));
    expect(await counts(machine)).toMatchObject({ open: 0, onMachine: 0, counted: 1 });
    fleet.clock.pass(10);
    await fleet.report(machine, fleet.failure(-1));
    expect(await counts(machine)).toMatchObject({ open: 1, onMachine: 1, counted: 2 });
  });

  it('takes a failure for superseded once a later cumulative update is installed, whatever came first', async () => {
    const machine = await fleet.machine();
    const cumulative = (month: string, kb: string) => ({
      update: { kb, title: `${month} Cumulative Update for Windows 11 Version 24H2 (${kb})` },
    });
    const october = fleet.failure(-20, cumulative('2026-10', 'KB5066835'));
    const december = fleet.failure(-20, cumulative('2026-12', 'KB5072033'));
    await fleet.report(machine, october, december);
    await fleet.report(machine, fleet.success(-10, cumulative('2026-11', 'KB5068861')));
    const states = () =>
      fleet.database.query(
        `SELECT f.update, mf.state FROM machine_fingerprints mf JOIN fingerprints f ON f.id = mf.fingerprint_id
          WHERE machine_id = $1 ORDER BY f.update`,
        [machine],
      );
    const expected = [
      { update: 'KB5066835', state: 'superseded' },
      { update: 'KB5072033', state: 'open' },
    ];
    expect(await states()).toEqual(expected);
    // The log tells of an older failure only now: it doesn't open what is settled.
    await fleet.report(machine, { ...october, occurredAt: fleet.clock.in(-30) });
    expect(await states()).toEqual(expected);
    await fleet.report(machine, { ...october, occurredAt: fleet.clock.in(-1) });
    expect(await states()).toMatchObject([{ state: 'open' }, { state: 'open' }]);
    const late = await fleet.machine();
    await fleet.report(late, fleet.success(-10, cumulative('2026-11', 'KB5068861')));
    await fleet.report(late, october);
    expect(await counts(late)).toMatchObject({ failures: 1, open: 0, onMachine: 0 });
  });

  it.each([
    ['in one message', true],
    ['one after the other', false],
  ])(
    'reads the order of events from their times, not from their arrival (%s)',
    async (_, together) => {
      const machine = await fleet.machine();
      const reports = [fleet.success(-5), fleet.failure(-30), fleet.failure(-10)];
      if (together) await fleet.report(machine, ...reports);
      else for (const report of reports) await fleet.report(machine, report);
      expect(await counts(machine)).toMatchObject({
        failures: 2,
        counted: 2,
        open: 0,
        onMachine: 0,
      });
    },
  );

  it('keeps Store apps and definitions in the timeline, and counts them nowhere', async () => {
    const machine = await fleet.machine();
    await fleet.report(
      machine,
      fleet.failure(-3, { updateKind: 'store-app', updateSource: 'store' }),
      fleet.failure(-2, { updateKind: 'defender-definitions' }),
    );
    expect(await counts(machine)).toEqual({
      ...{ failures: 2, successes: 0, counted: 0, open: 0, onMachine: 0 },
    });
  });

  it('does not believe a clock that is ahead, and still sees what came first', async () => {
    const machine = await fleet.machine();
    const year = 365 * 24 * 60;
    await fleet.report(machine, fleet.failure(year), fleet.success(year + 1));
    expect(await counts(machine)).toMatchObject({ failures: 1, open: 0 });
    const [row] = await fleet.database.query<{ at: Date; claimed: Date }>(
      'SELECT occurred_at AS at, claimed_at AS claimed FROM failures WHERE machine_id = $1',
      [machine],
    );
    expect(row?.at).toEqual(fleet.clock.now());
    expect(row?.claimed.toISOString()).toBe(fleet.clock.in(year));
  });

  it('counts by the day on which it failed, also what was there before', async () => {
    const machine = await fleet.machine('old-log', 19_045);
    const day = 24 * 60;
    await fleet.report(
      machine,
      ...[-40, -13, -13, -1].map((days) => fleet.failure(days * day, { fromBacklog: true })),
    );
    const { items } = await fleet.get(FingerprintsService).page({
      ...{ state: 'open', sort: 'last-seen', limit: 50, search: 'windows 10 22h2' },
    });
    expect(items[0]?.trend).toEqual([2, ...Array<number>(11).fill(0), 1, 0]);
    expect(items[0]).toMatchObject({ occurrences: 4, isNew: false });
  });

  it('answers busy instead of keeping more than it may, and is there again afterwards', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<undefined>((resolve) => {
      release = () => {
        resolve(undefined);
      };
    });
    const slow = {
      write: (reports: readonly unknown[]) => released.then(() => reports.map(() => undefined)),
    };
    const service = new ReportsService(slow as unknown as ReportWriter, Logger.open('silent'));
    const message = () =>
      Array.from({ length: 100 }, () => ({
        ...{ id: randomUUID(), createdAt: fleet.clock.in(0), kind: 'rejected-order', message: '' },
        ...{ reason: 'bad-signature', digest: 'a'.repeat(64) },
      }));
    const answers = Array.from({ length: 215 }, () => service.submit(randomUUID(), message()));
    const refused = await answers.at(-1);
    expect(refused).toMatchObject({ ok: false, code: 'server-busy' });
    release();
    expect(await answers[0]).toMatchObject({ ok: true });
    await Promise.all(answers);
    expect(await service.submit(randomUUID(), message())).toMatchObject({ ok: true });
  });

  it('asks to come again while the database is away', async () => {
    const away = {
      write: () => Promise.reject(Object.assign(new Error('gone'), { code: '57P01' })),
    };
    const service = new ReportsService(away as unknown as ReportWriter, Logger.open('silent'));
    const report = { ...fleet.failure(-1), id: randomUUID(), createdAt: fleet.clock.in(0) };
    expect(await service.submit(randomUUID(), [report])).toMatchObject({
      ...{ ok: false, code: 'server-error' },
    });
  });
});
