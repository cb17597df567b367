import { randomUUID } from 'node:crypto';
import type { MachineQuery } from '@fleetmend/dashboard-api';
import { inventory, OPERATOR, remediation, testFleet } from '../../../testing/test-fleet';
import { DuplicateFinder } from '../duplicates/duplicate-finder';
import { FingerprintsService } from '../fingerprints';
import { RemediationsService } from '../runs/remediations.service';
import { MachineRegistryRepository } from './machine-registry.repository';
import { MachinesService } from './machines.service';

const BY_NAME: MachineQuery = { sort: 'hostname', limit: 50 };

describe('machines', () => {
  const fleet = testFleet();
  const machines = () => fleet.get(MachinesService);
  const registry = () => fleet.get(MachineRegistryRepository);
  const names = async (query: Partial<MachineQuery>) =>
    (await machines().page({ ...BY_NAME, ...query })).items.map(({ hostname }) => hostname);

  /** Every page of a list, from the first to the last. */
  async function walk(
    query: Partial<MachineQuery>,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    const seen: string[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await machines().page({ ...BY_NAME, limit: 3, ...query, cursor });
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) return seen;
      cursor = page.next;
      await between();
    }
  }

  describe('presence', () => {
    const connect = async (machineId: string) => {
      const [connection] = await registry().connected(
        fleet.database,
        [{ machineId, clientVersion: '0.2.0' }],
        fleet.clock.now(),
      );
      return connection!;
    };

    it('ignores the goodbye of a connection that another has replaced', async () => {
      const id = await fleet.enrolled('presence');
      const first = await connect(id);
      const second = await connect(id);
      expect(second.number).toBeGreaterThan(first.number);
      expect(await registry().disconnected(fleet.database, [first], fleet.clock.now())).toEqual([]);
      expect(await machines().find(id)).toMatchObject({ online: true, clientVersion: '0.2.0' });
      expect(await registry().disconnected(fleet.database, [second], fleet.clock.now())).toEqual([
        id,
      ]);
      expect((await machines().find(id)).online).toBe(false);
    });

    it('is that of the server which holds the newest connection, and ends with that server', async () => {
      const [here, there] = [randomUUID(), randomUUID()];
      const ids = [await fleet.enrolled('moves'), await fleet.enrolled('stays')];
      const arrive = (machineId: string, nodeId: string) => {
        const machine = { machineId, clientVersion: '0.2.0' };
        return registry().connected(fleet.database, [machine], fleet.clock.now(), nodeId);
      };
      const [moved] = await arrive(ids[0]!, here);
      const [stays] = await arrive(ids[1]!, here);
      expect(await arrive(ids[0]!, there)).toMatchObject([{ machineId: ids[0], before: here }]);
      const lastHeard = new Date(fleet.clock.in(3));
      fleet.clock.pass(10);
      const lost = [{ id: here, heartbeatAt: lastHeard }];
      expect(await registry().lostWith(fleet.database, lost)).toEqual([ids[1]]);
      const lastSeenAt = lastHeard.toISOString();
      expect(await machines().find(ids[1]!)).toMatchObject({ online: false, lastSeenAt });
      // It was not gone after all.
      const now = fleet.clock.now();
      const over = await registry().stillConnected(fleet.database, [moved!, stays!], here, now);
      expect(over).toEqual([ids[0]]);
      expect((await machines().find(ids[1]!)).online).toBe(true);
      expect(await registry().lostWith(fleet.database, lost)).toEqual([ids[1]]);
    });

    it('of a server that is not entered is none', async () => {
      const entered = randomUUID();
      await fleet.database.query(
        `INSERT INTO server_nodes (id, name, version, started_at, heartbeat_at) VALUES ($1, '', '', now(), now())`,
        [entered],
      );
      const ids = [await fleet.enrolled('kept'), await fleet.enrolled('lost')];
      for (const [index, nodeId] of [entered, randomUUID()].entries()) {
        const machine = { machineId: ids[index]!, clientVersion: '0.2.0' };
        await registry().connected(fleet.database, [machine], fleet.clock.now(), nodeId);
      }
      const nowhere = await registry().connectedNowhere(fleet.database);
      expect(nowhere).toContain(ids[1]);
      expect(nowhere).not.toContain(ids[0]);
    });
  });

  describe('the list', () => {
    const ids: string[] = [];
    beforeAll(async () => {
      for (const name of ['Alpha', 'alpha-2', 'beta', 'BETA-2', '100%_real', 'gamma', 'delta']) {
        ids.push(await fleet.machine(name, name.startsWith('b') ? 19_045 : 26_100));
        fleet.clock.pass(1);
      }
      await fleet.report(ids[0]!, fleet.failure(-5));
      await fleet.report(
        ids[2]!,
        fleet.failure(-5),
        fleet.failure(-4, { code: '0x8024402C', phase: 'scan', update: {} }),
      );
    });

    it('finds any part of a name, in any case, and nothing by wildcards', async () => {
      expect(await names({ search: 'ALPHA' })).toEqual(['Alpha', 'alpha-2']);
      expect(await names({ search: 'eta' })).toEqual(['beta', 'BETA-2']);
      expect(await names({ search: '%_' })).toEqual(['100%_real']);
    });

    it('filters by what fails, in any spelling of the code', async () => {
      expect(await names({ failing: true })).toEqual(['Alpha', 'beta']);
      expect(await names({ code: '-2147024894' })).toEqual(['Alpha', 'beta']);
      expect(await names({ code: '8024402c' })).toEqual(['beta']);
      expect(await names({ code: 'nonsense' })).toEqual([]);
      expect(await names({ osFamily: 'Windows 10 22H2' })).toEqual(['beta']);
      const { newestFailure } = await machines().find(ids[2]!);
      expect(await names({ fingerprintId: newestFailure!.fingerprintId })).toEqual(['beta']);
      expect(newestFailure).toMatchObject({ code: '0x8024402C', phase: 'scan' });
    });

    it('filters by a pending restart and by little space, as far as machines told', async () => {
      const tell = async (name: string, more: object) => {
        const id = await fleet.machine(name);
        const told = inventory(name);
        await fleet.report(id, {
          ...told,
          inventory: { ...(told['inventory'] as object), ...more },
        });
      };
      await tell('state-full', { freeSystemDiskBytes: 3 * 1024 ** 3 });
      await tell('state-restart', {
        freeSystemDiskBytes: 90 * 1024 ** 3,
        pendingRestart: { pending: true, reasons: ['windows-update'] },
      });
      await tell('state-silent', {});
      const search = 'state-';
      expect(await names({ search, lowDisk: true })).toEqual(['state-full']);
      expect(await names({ search, lowDisk: false })).toEqual(['state-restart', 'state-silent']);
      expect(await names({ search, pendingRestart: true })).toEqual(['state-restart']);
      expect(await names({ search, pendingRestart: false })).toEqual([
        'state-full',
        'state-silent',
      ]);
      expect(await names({ search, pendingRestart: true, lowDisk: true })).toEqual([]);
    });

    it.each(['hostname', 'last-seen', 'open-failures'] as const)(
      'shows each machine once, page by page, by %s',
      async (sort) => {
        const seen = await walk({ sort });
        const whole = await machines().page({ ...BY_NAME, sort, limit: 200 });
        expect(seen).toEqual(whole.items.map(({ id }) => id));
        expect(new Set(seen).size).toBe(whole.total);
      },
    );

    it('neither skips nor repeats one while others come and go', async () => {
      const before = await walk({});
      let added = 0;
      const seen = await walk({}, async () => {
        await fleet.enrolled(added++ % 2 === 0 ? `aaa-${added}` : `zzz-${added}`);
      });
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(before));
    });

    it('refuses a cursor that is none', async () => {
      await expect(machines().page({ ...BY_NAME, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    });

    it('finds possible duplicates', async () => {
      const ids = [
        await fleet.enrolled('original', 'guid-1'),
        await fleet.enrolled('clone', 'guid-1'),
      ];
      await fleet.get(DuplicateFinder).look();
      expect(await names({ duplicate: true })).toEqual(['clone', 'original']);
      expect(await names({ duplicate: false })).not.toContain('clone');
      for (const id of ids) expect((await machines().find(id)).possibleDuplicates).toBe(1);
    });
  });

  it('keeps the last inventory of a machine whole, and only that', async () => {
    const id = await fleet.machine('told');
    const whole = {
      ...(inventory('told')['inventory'] as object),
      backups: { folders: [{ path: 'C:\\Windows\\SDTemp', origin: 'foreign', bytes: 12_345 }] },
      updatePolicy: {
        ...{ automaticUpdatesDisabled: false, updateAccessDisabled: false },
        settings: [{ name: 'AUOptions', value: 2, from: 'mdm' }],
      },
      clockOffsetMs: -250,
    };
    await fleet.report(id, { kind: 'inventory', inventory: { ...whole, stowaway: 'x' } });
    expect((await machines().find(id)).inventory).toEqual(whole);
    await fleet.report(id, inventory('told'));
    expect((await machines().find(id)).inventory).toEqual(inventory('told')['inventory']);
  });

  it('retires a machine: gone from lists and counts, its history stays', async () => {
    const id = await fleet.machine('to-retire');
    await fleet.report(id, fleet.failure(-5, { update: { kb: 'KB7777777' } }));
    const fingerprintId = (await machines().find(id)).newestFailure!.fingerprintId;
    await machines().retire(id, OPERATOR);
    expect(fleet.told['machine-retired']).toEqual([{ machineId: id }]);
    expect(await names({ search: 'to-retire' })).toEqual([]);
    expect(await machines().find(id)).toMatchObject({ online: false, openFailures: 0 });
    expect((await machines().find(id)).fingerprints).toHaveLength(1);
    expect(await fleet.get(FingerprintsService).find(fingerprintId)).toMatchObject({
      ...{ openMachines: 0, machines: 1, occurrences: 1 },
    });
    expect(await registry().identityOf(fleet.database, id)).toMatchObject({ retired: true });
    await expect(machines().retire(id, OPERATOR)).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      fleet.get(RemediationsService).create(remediation([id]), OPERATOR),
    ).rejects.toMatchObject({ code: 'selection-changed' });
  });
});
