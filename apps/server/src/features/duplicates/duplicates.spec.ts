import { FAREWELL_MS, SHARED_HINT_LIMIT } from '@fleetmend/domain';
import type { PossibleDuplicate } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { inventory, OPERATOR, testFleet } from '../../../testing/test-fleet';
import { MachineRegistryRepository } from '../machines';
import { MachinesService } from '../machines/machines.service';
import { DuplicateFinder } from './duplicate-finder';
import { DuplicatesService } from './duplicates.service';

const JUNK = '03000200-0400-0500-0006-000700080009';

/** PostgreSQL is real, and everything between it and the doors; who is connected is what the table says. */
describe('possible duplicates', () => {
  const fleet = testFleet();
  const duplicates = () => fleet.get(DuplicatesService);
  const find = () => fleet.get(DuplicateFinder).look();
  const board = () => randomUUID();

  async function pairsOf(machineId: string): Promise<readonly PossibleDuplicate[]> {
    return (await duplicates().page({ machineId, limit: 50 })).items;
  }

  async function connect(machineId: string, hints?: { smbiosUuid?: string; machineGuid?: string }) {
    const [connection] = await fleet.get(MachineRegistryRepository).connected(
      fleet.database,
      [
        {
          ...{ machineId, clientVersion: '0.1.0' },
          hints: hints && { ...hints, hostname: 'says nothing here' },
        },
      ],
      fleet.clock.now(),
    );
    return connection!;
  }

  async function connectAndLeave(...who: Parameters<typeof connect>): Promise<void> {
    const connection = await connect(...who);
    await fleet
      .get(MachineRegistryRepository)
      .disconnected(fleet.database, [connection], fleet.clock.now());
  }

  /** A machine that was seen once, a day ago. */
  async function silent(name: string, guid: string | null, smbiosUuid: string | null) {
    fleet.clock.pass(-24 * 60);
    const id = await fleet.enrolled(name, guid, { smbiosUuid });
    await connectAndLeave(id);
    fleet.clock.pass(24 * 60);
    return id;
  }

  it('tell a re-image by the board', async () => {
    const uuid = board();
    const old = await silent('re-image', randomUUID(), uuid);
    const now = await fleet.enrolled('re-image', randomUUID(), { smbiosUuid: uuid });
    await find();
    expect(await pairsOf(now)).toMatchObject([
      {
        ...{ kind: 're-image', evidence: ['smbios-uuid', 'hostname'], state: 'open' },
        newer: { id: now, smbiosUuid: uuid, online: false, lastSeenAt: null },
        older: { id: old, hostname: 're-image', retiredAt: null },
      },
    ]);
    expect(fleet.told['machines-changed']).toContainEqual({ machineIds: [now, old] });
    // Looked at again, nothing has changed.
    fleet.told = {};
    await find();
    expect(fleet.told['machines-changed']).toBeUndefined();
    expect(await pairsOf(old)).toHaveLength(1);
  });

  it('are clones as soon as the older one is seen to live on', async () => {
    const guid = randomUUID();
    const uuid = board();
    const original = await silent('original', guid, uuid);
    const renamed = await fleet.enrolled('other-name', guid, { smbiosUuid: uuid });
    await find();
    expect(await pairsOf(renamed)).toMatchObject([{ kind: 'renamed' }]);
    await connect(original);
    fleet.clock.pass(FAREWELL_MS / 60_000 + 1);
    await find();
    expect(await pairsOf(renamed)).toMatchObject([{ kind: 'clone' }]);
  });

  it('wait for a decision while the old identity may just be ending', async () => {
    const guid = randomUUID();
    const uuid = board();
    const original = await silent('ending', guid, uuid);
    const connection = await connect(original);
    const again = await fleet.enrolled('ending-renamed', guid, { smbiosUuid: uuid });
    await find();
    expect(await pairsOf(again)).toEqual([]);
    await fleet
      .get(MachineRegistryRepository)
      .disconnected(fleet.database, [connection], fleet.clock.now());
    fleet.clock.pass(3);
    await find();
    expect(await pairsOf(again)).toMatchObject([{ kind: 'renamed' }]);
  });

  it('are found by hints that an old client tells only later, and by a new name', async () => {
    const uuid = board();
    const old = await silent('old-client', null, null);
    await find();
    await connectAndLeave(old, { smbiosUuid: uuid, machineGuid: 'said-later' });
    const other = await fleet.enrolled('another', randomUUID(), { smbiosUuid: uuid });
    await find();
    expect(await pairsOf(other)).toMatchObject([{ evidence: ['smbios-uuid'], older: { id: old } }]);
    const named = await silent('will-be-renamed', randomUUID(), null);
    const twin = await fleet.enrolled('twin', randomUUID());
    await find();
    expect(await pairsOf(twin)).toEqual([]);
    await fleet.report(twin, inventory('WILL-BE-RENAMED'));
    await find();
    expect(await pairsOf(twin)).toMatchObject([
      { kind: 're-image', evidence: ['hostname'], older: { id: named } },
    ]);
  });

  it('never overwrite what was known of a machine by what somebody says later', async () => {
    const uuid = board();
    const id = await silent('known', 'known-guid', uuid);
    await connect(id, { smbiosUuid: board(), machineGuid: 'other' });
    const identity = await fleet.get(MachineRegistryRepository).identityOf(fleet.database, id);
    expect(identity?.hints).toEqual({
      ...{ smbiosUuid: uuid, machineGuid: 'known-guid', hostname: 'known' },
    });
  });

  it('are not made by junk, nor by machines that are retired', async () => {
    const uuid = board();
    const retired = await silent('retired', randomUUID(), uuid);
    await fleet.get(MachinesService).retire(retired, OPERATOR);
    const machine = await fleet.enrolled('fresh', randomUUID(), { smbiosUuid: uuid });
    const first = await silent('junk-1', randomUUID(), JUNK);
    const second = await fleet.enrolled('junk-2', randomUUID(), { smbiosUuid: JUNK });
    await find();
    for (const id of [machine, first, second]) expect(await pairsOf(id)).toEqual([]);
  });

  it('say once that a template has a hundred machines, and pair none of them', async () => {
    const uuid = board();
    const ids: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      ids.push(await fleet.enrolled(`from-template-${count}`, randomUUID(), { smbiosUuid: uuid }));
      fleet.clock.pass(1);
      // The first few are a pair or two, until it is seen what they are.
      if (count < SHARED_HINT_LIMIT + 2) await find();
    }
    await find();
    for (const id of ids) expect(await pairsOf(id)).toEqual([]);
    const { items } = await duplicates().sharedHints();
    expect(items).toEqual([
      expect.objectContaining({ hint: 'smbios-uuid', value: uuid, machines: 100 }),
    ]);
    // What else they share still tells.
    const guid = randomUUID();
    const twins = [
      await silent('twin-a', guid, uuid),
      await fleet.enrolled('twin-b', guid, { smbiosUuid: uuid }),
    ];
    await find();
    expect(await pairsOf(twins[1]!)).toMatchObject([{ evidence: ['machine-guid'] }]);
    for (const id of [...ids.slice(2), ...twins])
      await fleet.get(MachinesService).retire(id, OPERATOR);
    await find();
    expect((await duplicates().sharedHints()).items).toEqual([]);
  });

  it('know who came with the key of another machine', async () => {
    const original = await silent('template', randomUUID(), board());
    const copy = await fleet.enrolled('from-it', randomUUID(), {
      ...{ smbiosUuid: board(), clonedFrom: original },
    });
    await find();
    expect(await pairsOf(copy)).toMatchObject([
      { kind: 'clone', evidence: ['key'], older: { id: original } },
    ]);
    for (let count = 0; count < SHARED_HINT_LIMIT; count += 1) {
      await fleet.enrolled(`copy-${count}`, randomUUID(), { clonedFrom: original });
    }
    await find();
    await find();
    expect(await pairsOf(original)).toEqual([]);
    expect((await duplicates().sharedHints()).items).toMatchObject([
      { hint: 'key', value: 'template', machines: SHARED_HINT_LIMIT + 1 },
    ]);
  });

  describe('that are dismissed', () => {
    it('stay so, by whom is known, and open again on new evidence', async () => {
      const uuid = board();
      const old = await silent('dismissed', null, null);
      const newer = await fleet.enrolled('DISMISSED', randomUUID());
      await find();
      const [pair] = await pairsOf(newer);
      const dismissed = await duplicates().dismiss(pair!.id, OPERATOR);
      expect(dismissed).toMatchObject({ state: 'dismissed', decidedBy: OPERATOR.email });
      expect(await duplicates().dismiss(pair!.id, OPERATOR)).toEqual(dismissed);
      await fleet.report(newer, inventory('in-between'));
      await fleet.report(newer, inventory('dismissed'));
      await find();
      expect(await pairsOf(newer)).toMatchObject([{ state: 'dismissed' }]);
      await connect(old, { smbiosUuid: uuid });
      await connect(newer, { smbiosUuid: uuid });
      fleet.clock.pass(FAREWELL_MS / 60_000 + 1);
      await find();
      expect(await pairsOf(newer)).toMatchObject([
        { state: 'open', evidence: ['smbios-uuid', 'hostname'], decidedBy: null },
      ]);
    });

    it('are written down once, however many do it', async () => {
      const uuid = board();
      await silent('twice', 'a1', uuid);
      const newer = await fleet.enrolled('twice', 'b1', { smbiosUuid: uuid });
      await find();
      const [pair] = await pairsOf(newer);
      await Promise.all([1, 2, 3].map(() => duplicates().dismiss(pair!.id, OPERATOR)));
      const entries = await fleet.database.query(
        `SELECT 1 FROM audit_entries WHERE action = 'duplicate.dismissed' AND subject_id = $1`,
        [newer],
      );
      expect(entries).toHaveLength(1);
    });
  });

  it('are listed page by page, each once', async () => {
    const all = await duplicates().page({ limit: 200 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await duplicates().page({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(all.items.map(({ id }) => id));
    expect(new Set(seen).size).toBe(all.total);
    await expect(duplicates().find(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });
});
