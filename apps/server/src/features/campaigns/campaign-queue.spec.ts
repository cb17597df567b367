import { FIXED, testCampaigns } from '../../../testing/test-campaigns';
import { testFleet } from '../../../testing/test-fleet';
import { MachineRegistryRepository } from '../machines';

/** Real: PostgreSQL, everything between it and the doors. Played: the machines, by what they report; the clock. */
describe('the queue of a campaign', () => {
  const fleet = testFleet();
  const { campaigns, failing, plan, launched, advance, find, pass, ends, play, orders } =
    testCampaigns(fleet);

  it('puts a machine back into the queue that did not fetch its order in time, at no cost', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    await pass(16);
    await pass(3);
    const { items } = await campaigns().targetPage(id, { state: 'all', limit: 10 });
    expect(items.map(({ attempt }) => attempt)).toEqual([0, 0]);
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(2);
    await pass(121);
    expect((await find(id)).state).toBe('completed');
  });

  it('gives no second order to a machine that had begun unheard, however late it tells', async () => {
    const target = await failing(1);
    const [machineId = ''] = target.machineIds;
    const { id } = await launched(plan(target));
    // It fetches and begins, but what it tells does not arrive before its order seems to have expired.
    const [order] = await orders(machineId);
    await fleet.database.query('UPDATE machines SET online = false WHERE id = $1', [machineId]);
    await pass(16);
    await pass(60 * 24);
    // It is back: first of all it has time to tell.
    await fleet
      .get(MachineRegistryRepository)
      .connected(fleet.database, [{ machineId, clientVersion: '0.1.0' }], fleet.clock.now());
    await advance();
    expect(await orders(machineId)).toEqual([]);
    await ends(machineId, order?.jti ?? '', FIXED);
    await advance();
    await pass(3);
    expect(await orders(machineId)).toEqual([]);
    expect((await find(id)).tally).toMatchObject({ success: 1, pending: 0, inFlight: 0 });
  });
});
