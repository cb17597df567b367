import { chronicMachinePageSchema } from '@fleetmend/dashboard-api';
import type { ChronicRule } from '@fleetmend/domain';
import { OPERATOR, remediation, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { DEFAULT_SETTINGS } from '../campaigns/campaign-settings.repository';
import { CampaignSettingsService } from '../campaigns/campaign-settings.service';
import { MachinesService } from '../machines/machines.service';
import { chronicMachines } from './chronic-machines';
import { ChronicService } from './chronic.service';

describe('chronic machines', () => {
  const fleet = testFleet();
  const { remediations, runs, orders } = testRuns(fleet);
  const chronic = () => fleet.get(ChronicService);

  /** Runs the reset so often, each with this verdict. */
  async function run(machineId: string, ...verdicts: readonly string[]) {
    for (const verdict of verdicts) {
      const { id } = await remediations().create(remediation([machineId]), OPERATOR);
      const { items } = await runs().page({ remediationId: id, state: 'all', limit: 1 });
      await orders(machineId);
      const event = {
        event: 'verdict',
        verdict,
        ...(verdict === 'new-error' && { code: '0x80244018' }),
      };
      await fleet.report(machineId, runEvent(items[0]!.id, 0, event));
      fleet.clock.pass(10);
    }
  }
  const names = async (limit = 50) =>
    (await chronic().page({ limit })).items.map(({ hostname }) => hostname);
  const filtered = async (flag: boolean) =>
    (
      await fleet
        .get(MachinesService)
        .page({ sort: 'hostname', limit: 200, search: 'chr-', chronic: flag })
    ).items.map(({ hostname }) => hostname);

  const ids: Record<string, string> = {};
  beforeAll(async () => {
    for (const name of ['chr-two', 'chr-three', 'chr-four', 'chr-back', 'chr-fine']) {
      ids[name] = await fleet.machine(name);
    }
    await run(ids['chr-two']!, 'same-error', 'lost', 'fixed', 'expired', 'skipped');
    await run(ids['chr-three']!, 'same-error', 'step-failed', 'new-error');
    await run(ids['chr-four']!, 'same-error', 'same-error', 'same-error', 'lost');
    await run(ids['chr-fine']!, 'fixed', 'fixed', 'fixed', 'fixed');
    await run(ids['chr-back']!, 'recurred', 'recurred');
  });

  it('are those whose runs did not help, or whose failures came back, most failed first', async () => {
    const page = chronicMachinePageSchema.parse(await chronic().page({ limit: 50 }));
    expect(page.total).toBe(3);
    expect(page.items).toMatchObject([
      { hostname: 'chr-four', unhelpful: 4, recurrences: 0, reasons: ['runs-did-not-help'] },
      { hostname: 'chr-three', unhelpful: 3, reasons: ['runs-did-not-help'] },
      { hostname: 'chr-back', unhelpful: 2, recurrences: 2, reasons: ['failures-came-back'] },
    ]);
    expect(page.items[1]?.runs.map(({ verdict, code }) => [verdict, code])).toEqual([
      ['new-error', '0x80244018'],
      ['step-failed', null],
      ['same-error', null],
    ]);
  });

  it('come page by page, each once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await chronic().page({ limit: 1, cursor });
      seen.push(...page.items.map(({ hostname }) => hostname));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['chr-four', 'chr-three', 'chr-back']);
  });

  it('are a filter of the machine list, and said on their page', async () => {
    expect(await filtered(true)).toEqual(['chr-back', 'chr-four', 'chr-three']);
    expect(await filtered(false)).toEqual(['chr-fine', 'chr-two']);
    const find = (name: string) => fleet.get(MachinesService).find(ids[name]!);
    expect((await find('chr-back')).chronic).toEqual({
      ...{ reasons: ['failures-came-back'], unhelpful: 2, recurrences: 2, days: 30 },
    });
    expect((await find('chr-two')).chronic).toBeNull();
  });

  it('are a query for others, by whatever rule', async () => {
    const found = async (rule?: ChronicRule) =>
      (
        await fleet.database.query<{ hostname: string }>(
          `SELECT hostname FROM machines m WHERE m.id IN (${chronicMachines('$1::timestamptz', rule)})
            ORDER BY hostname`,
          [fleet.clock.now()],
        )
      ).map(({ hostname }) => hostname);
    expect(await found()).toEqual(['chr-back', 'chr-four', 'chr-three']);
    const rule = { days: 30, runs: 4, recurrences: 9 };
    expect(await found(rule)).toEqual(['chr-four']);
    expect(await found({ ...rule, runs: 3 })).toEqual(['chr-four', 'chr-three']);
    await expect(found({ ...rule, runs: 1.5 })).rejects.toThrow(RangeError);
  });

  it('follow the settings of campaigns', async () => {
    const set = (chronicRuns: number) =>
      fleet.get(CampaignSettingsService).put({ ...DEFAULT_SETTINGS, chronicRuns }, OPERATOR);
    await set(4);
    expect(await names()).toEqual(['chr-four', 'chr-back']);
    expect(await filtered(true)).toEqual(['chr-back', 'chr-four']);
    expect((await fleet.get(MachinesService).find(ids['chr-three']!)).chronic).toBeNull();
    await set(3);
    expect(await names()).toHaveLength(3);
  });

  it('are none any more when they are retired, or when it is long ago', async () => {
    await fleet.get(MachinesService).retire(ids['chr-four']!, OPERATOR);
    expect(await names()).toEqual(['chr-three', 'chr-back']);
    fleet.clock.pass(31 * 24 * 60);
    expect(await names()).toEqual([]);
    expect(await filtered(true)).toEqual([]);
  });
});
