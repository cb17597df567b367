import { randomUUID } from 'node:crypto';
import { FIXED, testCampaigns } from '../../../testing/test-campaigns';
import { OPERATOR, testFleet } from '../../../testing/test-fleet';

/** Real: PostgreSQL, everything between it and the doors. Played: the machines, by what they report; the clock. */
describe('a campaign that is stopped', () => {
  const fleet = testFleet();
  const { campaigns, failing, plan, launched, act, find, pass, begins, ends, play, statesOf } =
    testCampaigns(fleet);

  type Target = Awaited<ReturnType<typeof failing>>;
  const moments: readonly [string, string, (target: Target, id: string) => Promise<void>][] = [
    ['its start has not come', 'scheduled', () => Promise.resolve()],
    [
      'orders wait',
      'running',
      async () => {
        await pass(61);
      },
    ],
    [
      'machines are at work',
      'running',
      async ({ machineIds }) => {
        await pass(61);
        for (const machineId of machineIds) await begins(machineId);
      },
    ],
    [
      'a wave is watched',
      'running',
      async ({ machineIds }) => {
        await pass(61);
        await play(machineIds, () => FIXED);
      },
    ],
    [
      'a wave has failed',
      'paused (gate-failed)',
      async ({ machineIds }) => {
        await pass(61);
        await play(machineIds, () => ({ verdict: 'step-failed', level: 'L0' }));
      },
    ],
    [
      'it is paused',
      'paused (manual)',
      async (_, id) => {
        await pass(61);
        await act(id, { action: 'pause' });
      },
    ],
  ];

  it.each(moments)('while %s leaves nobody behind', async (_, state, reach) => {
    const target = await failing(4);
    const { id } = await launched(plan(target, { execution: { startAt: fleet.clock.in(60) } }));
    await reach(target, id);
    expect(statesOf(await find(id)).campaign).toBe(state);
    await act(id, { action: 'stop' });
    const stopped = await find(id);
    expect(stopped).toMatchObject({ state: 'stopped', tally: { pending: 0 } });
    // What a machine had begun goes to its end, and is counted; nothing else is ever begun.
    expect(await play(target.machineIds, () => FIXED)).toEqual([]);
    const { items } = await campaigns().targetPage(id, { state: 'active', limit: 10 });
    for (const { machineId, runId } of items) await ends(machineId, runId ?? '', FIXED);
    await pass(20);
    const end = await find(id);
    expect(end.tally).toMatchObject({ pending: 0, inFlight: 0, open: 0 });
    expect(end.tally.success + end.tally.hard + end.tally.leftOut).toBe(4);
    expect(await play(target.machineIds, () => FIXED)).toEqual([]);
  });

  it('keeps what came of a try whose machine only waited for another one', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    await play(target.machineIds, () => ({ verdict: 'step-failed', level: 'L0' }));
    await act(id, { action: 'retry-wave', wave: 1 });
    await fleet.database.query('UPDATE machines SET online = false');
    await act(id, { action: 'stop' });
    await pass(20);
    const stopped = await find(id);
    expect(stopped.tally).toMatchObject({ hard: 2, leftOut: 0, pending: 0, inFlight: 0 });
    const { items } = await campaigns().targetPage(id, { state: 'ended', limit: 10 });
    expect(items.map(({ verdict, attempt }) => [verdict, attempt])).toEqual([
      ['step-failed', 1],
      ['step-failed', 1],
    ]);
  });

  it('is retried at once, whenever it had been told to start', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target, { execution: { startAt: fleet.clock.in(60) } }));
    await act(id, { action: 'stop' });
    const retry = await campaigns().retryFailed(id, { requestId: randomUUID() }, OPERATOR);
    expect(retry.plan.execution.startAt).toBeNull();
    expect(Date.parse(retry.plan.execution.endAt)).toBeGreaterThan(fleet.clock.now().getTime());
    expect(retry.machines).toBe(2);
  });
});
