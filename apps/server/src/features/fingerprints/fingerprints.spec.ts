import { type FingerprintQuery, fingerprintSchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { testFleet } from '../../../testing/test-fleet';
import { FingerprintsService } from './fingerprints.service';

const OPEN: FingerprintQuery = { state: 'open', sort: 'machines', limit: 50 };

describe('fingerprints', () => {
  const fleet = testFleet();
  const fingerprints = () => fleet.get(FingerprintsService);
  const codes = async (query: Partial<FingerprintQuery>) =>
    (await fingerprints().page({ ...OPEN, ...query })).items.map(
      ({ code, phase }) => `${code} ${phase}`,
    );

  beforeAll(async () => {
    const [one, two, three] = [await fleet.machine(), await fleet.machine(), await fleet.machine()];
    const scan = { code: '0x8024402C', phase: 'scan', update: {} };
    const setup = {
      code: '0xC1900101',
      extendedCode: '0x20017000',
      phase: 'install',
      updateKind: 'feature',
    };
    await fleet.report(one, fleet.failure(-90));
    await fleet.report(two, fleet.failure(-60), fleet.failure(-50, scan));
    await fleet.report(
      three,
      fleet.failure(-3 * 24 * 60, setup),
      fleet.failure(-40, scan),
      fleet.failure(-30),
    );
    await fleet.report(one, fleet.success(-10));
  });

  it('lists what is open, on most machines first, all as the contract says', async () => {
    const { items, total } = await fingerprints().page(OPEN);
    expect(total).toBe(3);
    expect(items.map((item) => fingerprintSchema.parse(item).openMachines)).toEqual([2, 2, 1]);
    expect(items.find(({ code }) => code === '0x80070002')).toMatchObject({
      ...{ openMachines: 2, machines: 3, occurrences: 3, isNew: true },
    });
    expect(items.at(-1)).toMatchObject({ extendedCode: '0x20017000', isNew: false });
    expect(items.at(-1)?.guard?.reason).toContain('set-up');
  });

  it.each([
    ['-2147024894', ['0x80070002 download']],
    ['80070002', ['0x80070002 download']],
    ['ERROR_FILE_NOT_FOUND', ['0x80070002 download']],
    ['kb5034441', ['0x80070002 download', '0xC1900101 install']],
    ['security UPDATE', ['0x80070002 download', '0xC1900101 install']],
    ['0x8024402c', ['0x8024402C scan']],
    ['nothing of the kind', []],
  ])('finds %j', async (search, found) => {
    expect((await codes({ search })).sort()).toEqual(found);
  });

  it('shows each once, page by page, in every order', async () => {
    for (const sort of ['machines', 'last-seen', 'first-seen'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await fingerprints().page({ ...OPEN, sort, limit: 1, cursor });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(3);
    }
  });

  it('shows who has it, and who had it', async () => {
    const { items } = await fingerprints().page({ ...OPEN, search: '80070002' });
    const id = items[0]?.id ?? '';
    const open = await fingerprints().affected(id, { state: 'open', limit: 50 });
    const all = await fingerprints().affected(id, { state: 'all', limit: 50 });
    expect(open.items.map(({ state }) => state)).toEqual(['open', 'open']);
    expect(all.items.map(({ state }) => state)).toEqual(['open', 'open', 'closed']);
    expect(all.total).toBe(3);
    await expect(fingerprints().find(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('counts the fleet', async () => {
    expect(await fingerprints().overview()).toEqual({
      ...{ machines: 3, online: 3, failingMachines: 2, openFingerprints: 3, newFingerprints: 2 },
      ...{ activeRuns: 0, fixedLast7Days: 0 },
    });
  });
});
