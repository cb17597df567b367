import { randomUUID } from 'node:crypto';
import { FIXED, testCampaigns } from '../../../testing/test-campaigns';
import { OPERATOR, testFleet } from '../../../testing/test-fleet';

/** Real: PostgreSQL, everything between it and the doors. Played: the machines, by what they report; the clock. */
describe('a campaign that goes on', () => {
  const fleet = testFleet();
  const { campaigns, failing, plan, launched, act, advance, find, pass, ends, play, orders } =
    testCampaigns(fleet);

  it('takes back what it did, one wave or all, also after it has ended', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    await play(target.machineIds, () => FIXED);
    await pass(121);
    const [first = '', second = ''] = target.machineIds;
    const asked = await act(id, { action: 'roll-back', wave: 1 });
    expect(asked.rollBack).toEqual({ asked: 2, done: 0, failed: 0 });
    for (const machineId of [first, second]) {
      const [order] = await orders(machineId);
      expect(order?.mode).toBe('undo');
      await ends(machineId, order?.jti ?? '', { verdict: 'undone', level: 'L0' });
    }
    const campaign = await find(id);
    expect(campaign.rollBack).toEqual({ asked: 2, done: 2, failed: 0 });
    expect(campaign.tally).toMatchObject({ success: 0, leftOut: 2 });
  });

  it('says so when a failure comes back after it was completed', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    await play(target.machineIds, () => FIXED);
    await pass(121);
    expect((await find(id)).state).toBe('completed');
    fleet.clock.pass(600);
    const update = { kb: target.kb, title: 'Security update' };
    await fleet.report(target.machineIds[0] ?? '', fleet.failure(-1, { update }));
    await advance();
    const campaign = await find(id);
    expect(campaign.state).toBe('completed-with-failures');
    expect(campaign.tally).toMatchObject({ success: 1, soft: 1 });
  });

  it('retries only the failed, those included that never began, as a campaign of its own', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target, { rollout: { waves: [{ count: 3 }], seed: 's' } }));
    const treated = await play(target.machineIds, (_, index) =>
      index < 2 ? { verdict: 'same-error', level: 'L1' } : FIXED,
    );
    await act(id, { action: 'stop' });
    const retry = await campaigns().retryFailed(id, { requestId: randomUUID() }, OPERATOR);
    expect(retry).toMatchObject({ state: 'draft', parentId: id, machines: 3 });
    const matrix = await campaigns().matrix(id);
    expect(matrix.cells.find(({ verdict }) => verdict === 'same-error')?.machines).toBe(2);
    const some = await campaigns().retryFailed(
      id,
      { requestId: randomUUID(), outcomes: [{ verdict: 'same-error', code: null }] },
      OPERATOR,
    );
    expect(some.machines).toBe(2);
    expect(treated).toHaveLength(3);
  });

  it('takes in machines that match later, in a wave of their own, until its date', async () => {
    const target = await failing(2);
    const dynamicUntil = fleet.clock.in(24 * 60);
    const { id } = await launched(
      plan(target, {
        targets: {
          source: { type: 'matching', filter: { fingerprintId: target.fingerprintId }, except: [] },
          dynamicUntil,
        },
      }),
    );
    await play(target.machineIds, () => FIXED);
    await pass(121);
    expect((await find(id)).state).toBe('running');
    const late = await fleet.machine();
    const update = { kb: target.kb, title: 'Security update' };
    await fleet.report(late, fleet.failure(-1, { update }));
    await advance();
    expect(await play([late], () => FIXED)).toEqual([late]);
    await pass(121);
    await pass(24 * 60);
    const campaign = await find(id);
    expect(campaign.state).toBe('completed');
    expect(campaign.waveList.map(({ machines }) => machines)).toEqual([2, 1]);
  });

  it('leaves a part untreated to compare with, and treats it when its date has come', async () => {
    const target = await failing(10);
    const { id } = await launched(
      plan(target, {
        rollout: {
          ...{ waves: [{ percent: 100 }], seed: 's' },
          holdOut: { percent: 20, until: fleet.clock.in(24 * 60) },
        },
      }),
    );
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(8);
    await pass(121);
    const during = await find(id);
    expect(during).toMatchObject({ state: 'running', holdOut: { machines: 2, recovered: 0 } });
    expect(during.comparison).toMatchObject({ waiting: { machines: 2, recovered: 0 } });
    await pass(24 * 60);
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(2);
    await pass(121);
    expect((await find(id)).state).toBe('completed');
  });

  it('mends on each machine its own failure when it chose them by code', async () => {
    const [first, second] = [await failing(1), await failing(1)];
    const given = plan(first, {
      fingerprintId: null,
      targets: {
        source: { type: 'matching', filter: { code: '80070002', search: '' }, except: [] },
      },
      rollout: { waves: [{ percent: 100 }], seed: 's' },
    });
    const { id } = await launched(given);
    const machineIds = [...first.machineIds, ...second.machineIds];
    const found = (await Promise.all(machineIds.map((machineId) => orders(machineId)))).flat();
    expect(found.map(({ failure }) => failure?.kb)).toEqual([first.kb, second.kb]);
    await act(id, { action: 'stop' });
  });
});
