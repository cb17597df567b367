import { FIXED, testCampaigns } from '../../../testing/test-campaigns';
import { OPERATOR, testFleet } from '../../../testing/test-fleet';
import { EmergencyStopService } from '../runs';

/** Real: PostgreSQL, everything between it and the doors. Played: the machines, by what they report; the clock. */
describe('a campaign', () => {
  const fleet = testFleet();
  const {
    campaigns,
    failing,
    plan,
    launched,
    act,
    advance,
    find,
    pass,
    begins,
    ends,
    play,
    statesOf,
    orders,
  } = testCampaigns(fleet);
  const membersOf = async (id: string, wave: number) => {
    const { items } = await campaigns().targetPage(id, { wave, state: 'all', limit: 200 });
    return items.map(({ machineId }) => machineId);
  };

  it('takes its waves one after the other, each when the one before has passed, to a proven end', async () => {
    const target = await failing(10);
    const { id } = await launched(plan(target));
    expect(statesOf(await find(id))).toEqual({
      campaign: 'running',
      waves: ['executing', 'planned', 'planned'],
    });
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(2);
    expect(statesOf(await find(id)).waves).toEqual(['soaking', 'planned', 'planned']);
    await pass(121);
    expect(statesOf(await find(id)).waves).toEqual(['passed', 'executing', 'planned']);
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(3);
    await pass(121);
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(5);
    await pass(121);
    const campaign = await find(id);
    expect(statesOf(campaign)).toEqual({
      campaign: 'completed',
      waves: ['passed', 'passed', 'passed'],
    });
    expect(campaign.tally).toMatchObject({ success: 10, hard: 0, open: 0, leftOut: 0 });
    // Nobody waits any more: it is told how it stood while somebody did.
    expect(campaign.comparison).toMatchObject({
      ...{ asOfWave: 2, treated: { machines: 5 }, waiting: { machines: 5, recovered: 0 } },
    });
  });

  it('stops itself at a wave that fails, and starts the next only after a decision', async () => {
    const target = await failing(10);
    const { id } = await launched(plan(target));
    await play(target.machineIds, () => FIXED);
    await pass(121);
    const second = await membersOf(id, 2);
    await play(second, (_, index) =>
      index < 2 ? { verdict: 'step-failed', level: 'L0', code: '0x80070005' } : FIXED,
    );
    const failed = await find(id);
    expect(statesOf(failed)).toEqual({
      campaign: 'paused (gate-failed)',
      waves: ['passed', 'failed', 'planned'],
    });
    expect(failed.waveList[1]?.decision).toMatch(/2 hard errors, 1 is allowed/);
    await pass(60 * 24);
    expect(statesOf(await find(id)).waves).toEqual(['passed', 'failed', 'planned']);
    await expect(act(id, { action: 'resume' })).rejects.toMatchObject({ code: 'not-open' });
    await act(id, { action: 'retry-wave', wave: 2 });
    expect(statesOf(await find(id)).waves[1]).toBe('executing');
    expect(await play(second, () => FIXED)).toHaveLength(2);
    await pass(121);
    await play(target.machineIds, () => FIXED);
    await pass(121);
    const { state, tally, waveList } = await find(id);
    expect(state).toBe('completed');
    expect(tally.success).toBe(10);
    expect(waveList[1]?.attempt).toBe(2);
  });

  it('goes on after a wave that a person skipped, and says at the end that not all went well', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target, { rollout: { waves: [{ count: 2 }], seed: 's' } }));
    await play(target.machineIds, () => ({
      verdict: 'new-error',
      level: 'L1',
      code: '0x80240022',
    }));
    expect(statesOf(await find(id)).campaign).toBe('paused (gate-failed)');
    await act(id, { action: 'skip-wave', wave: 1 });
    await play(target.machineIds, () => FIXED);
    await pass(121);
    expect(statesOf(await find(id))).toEqual({
      campaign: 'completed-with-failures',
      waves: ['skipped', 'passed'],
    });
  });

  it('asks when nothing can be decided, and waits longer when told to', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    const [first = '', second = ''] = await membersOf(id, 1);
    await play([first], () => FIXED);
    const silent = await begins(second);
    await pass(48 * 60);
    await pass(121);
    expect(statesOf(await find(id)).campaign).toBe('paused (gate-failed)');
    expect(silent).toBeDefined();
    // A machine that went silent is lost, a hard error; it says the truth after all.
    await ends(second, silent ?? '', FIXED);
    await act(id, { action: 'change', change: { gate: plan(target).gate } });
    await advance();
    expect(statesOf(await find(id)).waves).toEqual(['passed']);
  });

  it('never counts a machine that is offline as an error', async () => {
    const target = await failing(3);
    const { id } = await launched(
      plan(target, {
        rollout: { waves: [{ count: 3 }], seed: 's' },
        gate: { minimumDecided: { count: 2 } },
      }),
    );
    await play(target.machineIds.slice(0, 2), () => FIXED);
    await pass(20);
    await pass(48 * 60);
    await pass(121);
    const campaign = await find(id);
    expect(campaign.waveList[0]).toMatchObject({ state: 'passed', tally: { success: 2, hard: 0 } });
    // It has its turn as long as the campaign runs.
    expect(campaign.state).toBe('running');
    await play(target.machineIds.slice(2), () => FIXED);
    await pass(60);
    await play(target.machineIds.slice(2), () => FIXED);
    expect((await find(id)).state).toBe('completed');
  });

  it('orders no more at once than it may, and stops before its budget is passed by more than that', async () => {
    const target = await failing(12);
    const { id } = await launched(
      plan(target, {
        rollout: { waves: [{ count: 12 }], seed: 's' },
        gate: { hardErrors: { count: 100 }, sameNewError: null, successPercent: 1 },
        budget: { hardErrors: { count: 2 } },
        execution: { concurrency: 2 },
      }),
    );
    let hit = 0;
    for (let round = 0; round < 8; round++) {
      const before = await find(id);
      expect(before.tally.inFlight).toBeLessThanOrEqual(2);
      hit += (await play(target.machineIds, () => ({ verdict: 'step-failed', level: 'L0' })))
        .length;
    }
    expect((await find(id)).pauseReason).toBe('budget');
    expect(hit).toBeLessThanOrEqual(2 + 2);
    await expect(act(id, { action: 'resume' })).rejects.toThrow(/budget is used up/);
  });

  it('tries again by its rules, after a wait that grows, and no oftener than it may', async () => {
    const target = await failing(1);
    const retries = [{ verdicts: ['step-failed'], attempts: 3, backOffMinutes: 10 }];
    const { id } = await launched(
      plan(target, { rollout: { waves: [{ count: 1 }], seed: 's' }, execution: { retries } }),
    );
    const fail = () => play(target.machineIds, () => ({ verdict: 'step-failed', level: 'L0' }));
    expect(await fail()).toHaveLength(1);
    await pass(9);
    expect(await fail()).toHaveLength(0);
    await pass(1);
    expect(await fail()).toHaveLength(1);
    await pass(19);
    expect(await fail()).toHaveLength(0);
    await pass(1);
    expect(await fail()).toHaveLength(1);
    await pass(60);
    expect(await fail()).toHaveLength(0);
    const { items } = await campaigns().targetPage(id, { state: 'all', limit: 10 });
    expect(items[0]).toMatchObject({ attempt: 3, verdict: 'step-failed', state: 'ended' });
  });

  it('gives out nothing while it is paused, and takes back what nobody has fetched', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    const [first = '', second = ''] = target.machineIds;
    const running = await begins(first);
    await act(id, { action: 'pause' });
    expect(await orders(second)).toEqual([]);
    await ends(first, running ?? '', FIXED);
    await pass(60);
    expect((await find(id)).tally).toMatchObject({ success: 1, pending: 1 });
    await act(id, { action: 'resume' });
    expect(await orders(second)).toHaveLength(1);
  });

  it('gives out nothing while everything is stopped', async () => {
    const target = await failing(2);
    const stop = fleet.get(EmergencyStopService);
    await stop.set({ on: true, reason: 'a bad playbook' }, OPERATOR);
    const { id } = await launched(plan(target));
    expect(await play(target.machineIds, () => FIXED)).toEqual([]);
    expect((await find(id)).waitingFor).toMatch(/emergency stop/);
    await stop.set({ on: false, reason: 'mended' }, OPERATOR);
    await advance();
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(2);
  });

  it('ends for good when it is stopped', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target));
    await act(id, { action: 'stop' });
    expect(await play(target.machineIds, () => FIXED)).toEqual([]);
    const campaign = await find(id);
    expect(campaign).toMatchObject({ state: 'stopped', actions: ['retry-failed'] });
    expect(campaign.tally).toMatchObject({ pending: 0, open: 0, leftOut: 4 });
    await expect(act(id, { action: 'resume' })).rejects.toMatchObject({ code: 'not-open' });
  });

  it('counts to its end what a machine had begun when its campaign was stopped', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    const [first = ''] = target.machineIds;
    const running = await begins(first);
    await act(id, { action: 'stop' });
    expect((await find(id)).tally).toMatchObject({ inFlight: 1, leftOut: 1 });
    await ends(first, running ?? '', FIXED);
    await advance();
    expect((await find(id)).tally).toMatchObject({ inFlight: 0, success: 1, leftOut: 1 });
  });

  it('orders nothing more in a wave that a person skipped, also not for who did not fetch', async () => {
    const target = await failing(3);
    const retries = [{ verdicts: ['step-failed'], attempts: 3, backOffMinutes: 10 }];
    const { id } = await launched(
      plan(target, {
        rollout: { waves: [{ count: 2 }], seed: 's' },
        gate: { minimumDecided: { count: 1 } },
        execution: { retries },
      }),
    );
    const [first = '', second = ''] = await membersOf(id, 1);
    const running = await begins(first);
    await act(id, { action: 'skip-wave', wave: 1 });
    expect(await orders(second)).toEqual([]);
    await ends(first, running ?? '', { verdict: 'step-failed', level: 'L0' });
    await pass(16);
    await pass(16);
    expect([await orders(first), await orders(second)]).toEqual([[], []]);
    expect((await find(id)).waveList[0]?.tally).toMatchObject({ hard: 1, leftOut: 1, open: 0 });
  });

  it('tells of a decision about a wave what it did to the wave, and what to the campaign', async () => {
    const target = await failing(3);
    const { id } = await launched(plan(target, { rollout: { waves: [{ count: 2 }], seed: 's' } }));
    await play(target.machineIds, () => ({ verdict: 'new-error', code: '0x80240022' }));
    await act(id, { action: 'retry-wave', wave: 1 });
    const { items } = await campaigns().feed(id, { limit: 10 });
    const own = items.filter(({ actor }) => actor === OPERATOR.email);
    expect(own.map(({ wave, from, to }) => [wave, from, to])).toEqual([
      [null, 'paused', 'running'],
      [1, 'failed', 'dispatching'],
      [null, 'draft', 'scheduled'],
    ]);
  });

  it('ends what has not begun when its end comes', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target, { execution: { endAt: fleet.clock.in(600) } }));
    await play(target.machineIds.slice(0, 1), () => FIXED);
    await pass(601);
    const campaign = await find(id);
    expect(campaign.state).toBe('expired');
    const { items } = await campaigns().targetPage(id, { state: 'ended', limit: 10 });
    expect(items.filter(({ verdict }) => verdict === 'expired').length).toBeGreaterThan(0);
    expect(campaign.tally.hard).toBe(0);
  });

  it('orders as many of one site at once as it may', async () => {
    const target = await failing(6);
    await fleet.database.query('UPDATE machines SET site = $2 WHERE id = ANY ($1::uuid[])', [
      [...target.machineIds],
      'Berlin',
    ]);
    const { id } = await launched(
      plan(target, {
        rollout: { waves: [{ count: 6 }], seed: 's' },
        execution: { siteConcurrency: 4 },
      }),
    );
    expect((await find(id)).tally.inFlight).toBe(4);
    expect(await play(target.machineIds, () => FIXED)).toHaveLength(4);
    expect((await find(id)).tally.inFlight).toBe(2);
  });

  it('waits for nobody after its end, also when all waves were decided before', async () => {
    const target = await failing(3);
    const { id } = await launched(
      plan(target, {
        rollout: { waves: [{ count: 3 }], seed: 's' },
        gate: { minimumDecided: { count: 2 } },
        execution: { endAt: fleet.clock.in(7 * 24 * 60) },
      }),
    );
    await play(target.machineIds.slice(0, 2), () => FIXED);
    await pass(48 * 60);
    await pass(121);
    expect((await find(id)).state).toBe('running');
    await pass(5 * 24 * 60);
    const { state, tally } = await find(id);
    expect(state).toBe('completed-with-failures');
    expect(tally).toMatchObject({ success: 2, open: 0, pending: 0, leftOut: 1 });
  });

  it('mends nobody who recovered before their turn', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target));
    const [late = ''] = await membersOf(id, 2);
    await fleet.report(late, fleet.success(0, { update: { kb: target.kb } }));
    await play(target.machineIds, () => FIXED);
    await pass(121);
    const treated = await play(target.machineIds, () => FIXED);
    expect(treated).toHaveLength(1);
    expect(treated).not.toContain(late);
    const { items } = await campaigns().targetPage(id, { state: 'all', limit: 10 });
    expect(items.find(({ machineId }) => machineId === late)?.verdict).toBe('recovered-untreated');
  });

  it('works only within its maintenance windows', async () => {
    const target = await failing(2);
    const { id } = await launched(
      plan(target, {
        execution: { windows: [{ cron: '0 22 * * *', durationMinutes: 60, timeZone: 'UTC' }] },
      }),
    );
    expect(await play(target.machineIds, () => FIXED)).toEqual([]);
    const campaign = await find(id);
    expect(campaign.waitingFor).toMatch(/window/);
    const opens = Date.parse(campaign.windowOpensAt ?? '');
    await pass((opens - fleet.clock.now().getTime()) / 60_000 + 50);
    const [order] = await orders(target.machineIds[0] ?? '');
    // The order does not outlive the window.
    expect((order?.exp ?? 0) * 1000).toBe(opens + 60 * 60_000);
  });

  it('orders another version of the playbook once it is changed, and only that', async () => {
    const target = await failing(6);
    const { id } = await launched(plan(target, { playbookVersion: 1 }));
    await play(target.machineIds, () => FIXED);
    await act(id, { action: 'change', change: { playbookVersion: 2 } });
    await pass(121);
    const found = await Promise.all(target.machineIds.map((machineId) => orders(machineId)));
    expect(found.flat().map(({ playbookVersion }) => playbookVersion)).toEqual([2, 2, 2]);
    // What only version 2 knows is no reason against version 1, as long as it says nothing.
    const parameters = { includeCatroot2: false };
    await act(id, { action: 'change', change: { parameters } });
    const back = await act(id, { action: 'change', change: { playbookVersion: 1 } });
    expect(back).toMatchObject({ playbookVersion: 1, plan: { parameters: {} } });
    await expect(
      act(id, { action: 'change', change: { playbookVersion: 99 } }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('shrinks by those who have not begun, the last waves first', async () => {
    const target = await failing(8);
    const { id } = await launched(plan(target));
    const shrunk = await act(id, { action: 'shrink', machines: 4 });
    expect(shrunk.waveList.map(({ machines }) => machines)).toEqual([2, 2, 0]);
    await expect(act(id, { action: 'shrink', machines: 1 })).rejects.toThrow(
      /2 machines have begun/,
    );
  });

  it('is seen from each of its machines, with what it waits for', async () => {
    const target = await failing(4);
    const { id } = await launched(plan(target));
    const [first = ''] = await membersOf(id, 1);
    const [later = ''] = await membersOf(id, 2);
    await begins(first);
    const seen = async (machineId: string) => (await campaigns().ofMachine(machineId)).items;
    expect(await seen(first)).toMatchObject([
      { campaignId: id, wave: 1, state: 'acting', campaignState: 'running' },
    ]);
    expect(await seen(later)).toMatchObject([
      { campaignId: id, wave: 2, state: 'queued', message: 'Waits for its wave or its turn.' },
    ]);
    await act(id, { action: 'stop' });
  });

  it('names every machine in its report, and nothing in it is a formula', async () => {
    const target = await failing(2);
    const { id } = await launched(plan(target));
    await play(target.machineIds, () => ({
      verdict: 'step-failed',
      level: 'L0',
      code: '0x80070005',
    }));
    const csv = await campaigns().csv(id);
    const lines = csv.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/,step-failed,hard,L0,0x80070005,1,/);
  });
});
