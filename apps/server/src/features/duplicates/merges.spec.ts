import type { MergePreview, PossibleDuplicate } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { inventory, OPERATOR, remediation, testFleet } from '../../../testing/test-fleet';
import { FingerprintsService } from '../fingerprints';
import { MachineRegistryRepository } from '../machines';
import { MachineLabelsService } from '../machines/machine-labels.service';
import { MachinesService } from '../machines/machines.service';
import { RemediationsService } from '../runs/remediations.service';
import { RunsService } from '../runs/runs.service';
import { TimelineService } from '../timeline/timeline.service';
import { DuplicateFinder } from './duplicate-finder';
import { DuplicatesService } from './duplicates.service';
import { MergesService } from './merges.service';

/** PostgreSQL is real, and everything between it and the doors. */
describe('a merge', () => {
  const fleet = testFleet();
  const merges = () => fleet.get(MergesService);
  const machines = () => fleet.get(MachinesService);
  const registry = () => fleet.get(MachineRegistryRepository);

  /** A machine that is gone, and the one that is there instead. */
  async function reImaged(name: string) {
    const uuid = randomUUID();
    const old = await fleet.enrolled(name, randomUUID(), { smbiosUuid: uuid });
    const [connection] = await registry().connected(
      fleet.database,
      [{ machineId: old, clientVersion: '0.1.0' }],
      fleet.clock.now(),
    );
    await fleet.report(old, inventory(name));
    const goodbye = () => registry().disconnected(fleet.database, [connection!], fleet.clock.now());
    const pair = async (): Promise<{ old: string; now: string; pair: PossibleDuplicate }> => {
      await goodbye();
      fleet.clock.pass(60);
      const now = await fleet.enrolled(name, randomUUID(), { smbiosUuid: uuid });
      await fleet.report(now, inventory(name));
      await fleet.get(DuplicateFinder).look();
      const { items } = await fleet.get(DuplicatesService).page({ machineId: now, limit: 5 });
      return { old, now, pair: items[0]! };
    };
    return { old, pair };
  }

  const kb = (name: string) => ({ update: { kb: name, title: `Update ${name}` } });

  it('gives the one that goes on the labels of the other, where it has none of its own', async () => {
    const label = (id: string, addTags: string[], site?: string) =>
      fleet.get(MachineLabelsService).change(
        {
          ...{ selection: { type: 'machines', machineIds: [id] }, addTags },
          ...(site !== undefined && { site }),
        },
        OPERATOR,
      );
    for (const [name, site] of [
      ['label-a', undefined],
      ['label-b', 'Kiel'],
    ] as const) {
      const { old, pair: makePair } = await reImaged(name);
      await label(old, ['vip', 'lab'], 'Berlin');
      const { now, pair } = await makePair();
      await label(now, ['new', 'vip'], site);
      await merges().merge(pair.id, { keepId: now }, OPERATOR);
      expect(await machines().find(now)).toMatchObject({
        ...{ tags: ['lab', 'new', 'vip'], site: site ?? 'Berlin' },
      });
    }
  });

  it('gives the one that goes on the history of the other, and ends that one', async () => {
    const { old, pair: makePair } = await reImaged('merge');
    await fleet.report(
      old,
      fleet.failure(-50, kb('KB1000001')),
      fleet.failure(-40, kb('KB1000001')),
      fleet.failure(-30, kb('KB1000002')),
      fleet.success(-20, kb('KB1000002')),
    );
    const { now, pair } = await makePair();
    await fleet.report(now, fleet.failure(-5, kb('KB1000001')));
    const fingerprintId = (await machines().find(now)).newestFailure!.fingerprintId;
    expect(await fleet.get(FingerprintsService).find(fingerprintId)).toMatchObject({
      ...{ machines: 2, openMachines: 2, occurrences: 3 },
    });
    const preview = await merges().preview(pair.id, { keepId: now });
    expect(preview).toEqual({
      ...{ keepId: now, retireId: old, closes: 1, obstacles: [] },
      moves: { failures: 3, successes: 1, runs: 0, rejectedOrders: 0 },
    } satisfies MergePreview);
    const merged = await merges().merge(pair.id, { keepId: now }, OPERATOR);
    expect(merged).toMatchObject({ state: 'merged', keptId: now, decidedBy: OPERATOR.email });

    expect(await machines().find(now)).toMatchObject({
      ...{ openFailures: 1, possibleDuplicates: 0, mergedIntoId: null, retiredAt: null },
      fingerprints: expect.arrayContaining([
        expect.objectContaining({ fingerprintId, state: 'open', occurrences: 3 }),
        expect.objectContaining({ update: 'KB1000002', state: 'closed', occurrences: 1 }),
      ]) as unknown,
    });
    expect(await machines().find(old)).toMatchObject({ mergedIntoId: now, fingerprints: [] });
    expect(await fleet.get(FingerprintsService).find(fingerprintId)).toMatchObject({
      ...{ machines: 1, openMachines: 1, occurrences: 3 },
    });
    const timeline = await fleet.get(TimelineService).page(now, { limit: 50 });
    expect(timeline.items.map(({ kind }) => kind).sort()).toEqual([
      ...['enrolled', 'failure', 'failure', 'failure', 'failure', 'success'],
    ]);
    expect(await registry().identityOf(fleet.database, old)).toMatchObject({ retired: true });
    expect(fleet.told['machine-retired']).toEqual([{ machineId: old }]);
    const [entry] = await fleet.database.query<{ before: unknown; after: unknown }>(
      `SELECT before, after FROM audit_entries WHERE action = 'machine.merged' AND subject_id = $1`,
      [now],
    );
    expect(entry).toMatchObject({
      before: { kept: { id: now }, retired: { id: old, hostname: 'merge' } },
      after: { keptId: now, retiredId: old, moved: preview.moves },
    });
    // What fails next counts on.
    await fleet.report(now, fleet.failure(-1, kb('KB1000002')));
    expect(await machines().find(now)).toMatchObject({ openFailures: 2 });
  });

  it('has nothing twice that both have told', async () => {
    const { old, pair: makePair } = await reImaged('told-twice');
    const failed = fleet.failure(-30, kb('KB2000001'));
    await fleet.report(old, failed);
    const { now, pair } = await makePair();
    await fleet.report(now, failed);
    expect(await merges().preview(pair.id, { keepId: now })).toMatchObject({
      moves: { failures: 0 },
    });
    await merges().merge(pair.id, { keepId: now }, OPERATOR);
    const { items } = await fleet.get(TimelineService).page(now, { limit: 50 });
    expect(items.filter(({ kind }) => kind === 'failure')).toHaveLength(1);
    expect(await machines().find(now)).toMatchObject({
      fingerprints: [{ occurrences: 1, state: 'open' }],
    });
  });

  it('takes over runs, and waits for one that goes on', async () => {
    const { old, pair: makePair } = await reImaged('with-run');
    const sent = await fleet.get(RemediationsService).create(remediation([old]), OPERATOR);
    const { now, pair } = await makePair();
    const { obstacles } = await merges().preview(pair.id, { keepId: now });
    expect(obstacles).toEqual([expect.stringContaining('A run is going on or waits on with-run')]);
    await expect(merges().merge(pair.id, { keepId: now }, OPERATOR)).rejects.toMatchObject({
      code: 'run-active',
    });
    await fleet.get(RemediationsService).cancel(sent.id, OPERATOR);
    await merges().merge(pair.id, { keepId: now }, OPERATOR);
    const { items } = await fleet.get(RunsService).page({ machineId: now, state: 'all', limit: 5 });
    expect(items).toMatchObject([{ machineId: now, verdict: 'cancelled' }]);
  });

  it('does not end a machine that is connected, also when it connects in between', async () => {
    const { old, pair: makePair } = await reImaged('connects');
    const { now, pair } = await makePair();
    const connect = () =>
      registry().connected(
        fleet.database,
        [{ machineId: old, clientVersion: '1' }],
        fleet.clock.now(),
      );
    await connect();
    await expect(merges().merge(pair.id, { keepId: now }, OPERATOR)).rejects.toMatchObject({
      code: 'machine-online',
    });
    // The other way round it can be done.
    await merges().merge(pair.id, { keepId: old }, OPERATOR);
    expect(await machines().find(now)).toMatchObject({ mergedIntoId: old });
    const refused = await registry().connected(
      fleet.database,
      [{ machineId: now, clientVersion: '1' }],
      fleet.clock.now(),
    );
    expect(refused).toEqual([]);
  });

  it('happens once, whoever else decides at the same time', async () => {
    const { pair: makePair } = await reImaged('at-once');
    const { old, now, pair } = await makePair();
    const tries = await Promise.allSettled([
      merges().merge(pair.id, { keepId: now }, OPERATOR),
      merges().merge(pair.id, { keepId: old }, OPERATOR),
      merges().merge(pair.id, { keepId: now }, OPERATOR),
      fleet.get(DuplicatesService).dismiss(pair.id, OPERATOR),
    ]);
    const done = await fleet.get(DuplicatesService).find(pair.id);
    for (const attempt of tries) {
      if (attempt.status === 'fulfilled') expect(attempt.value).toEqual(done);
      else expect(attempt.reason).toMatchObject({ code: 'conflict' });
    }
    const entries = await fleet.database.query(
      `SELECT 1 FROM audit_entries WHERE action IN ('machine.merged', 'duplicate.dismissed')
          AND subject_id = ANY ($1)`,
      [[old, now]],
    );
    expect(entries).toHaveLength(1);
  });

  it('is refused for a machine that is none of the two', async () => {
    const { pair: makePair } = await reImaged('none');
    const { pair } = await makePair();
    await expect(merges().merge(pair.id, { keepId: randomUUID() }, OPERATOR)).rejects.toMatchObject(
      { code: 'invalid-request' },
    );
    await expect(
      merges().merge(randomUUID(), { keepId: pair.newer.id }, OPERATOR),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
