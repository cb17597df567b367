import {
  type NewPolicy,
  newPolicySchema,
  policyListSchema,
  policyRehearsalSchema,
} from '@fleetmend/dashboard-api';
import { randomBytes } from 'node:crypto';
import type { Actor } from '../../platform/http';
import { OPERATOR, remediation, runEvent, testFleet } from '../../../testing/test-fleet';
import { testCampaigns } from '../../../testing/test-campaigns';
import { testRuns } from '../../../testing/test-runs';
import { CampaignSettingsRepository } from '../campaigns';
import { EmergencyStopService } from '../runs';
import { PoliciesService } from './policies.service';
import { PolicyApplyService } from './policy-apply.service';

const ADMINISTRATOR: Actor = { ...OPERATOR, email: 'admin@example.org', role: 'administrator' };
const DAY = 24 * 60;

/** Real: PostgreSQL, everything between it and the doors. Not real: the clock, and who is connected. */
describe('policies', () => {
  const fleet = testFleet();
  const { failing, orders, remediations, runs } = testRuns(fleet);
  const policies = () => fleet.get(PoliciesService);
  const apply = () => fleet.get(PolicyApplyService);

  /** `count` machines with a failure of their own update, so that policies of other tests don't meet them. */
  async function affected(count: number) {
    const update = { kb: `KB${5_100_000 + Math.floor(Math.random() * 800_000)}` };
    const machines: string[] = [];
    let fingerprintId = '';
    for (let n = 0; n < count; n++) {
      const one = await failing(update);
      machines.push(one.machineId);
      fingerprintId = one.fingerprintId;
    }
    return { machines, fingerprintId };
  }
  const wanted = (fingerprintId: string, more: Partial<NewPolicy> = {}): NewPolicy =>
    newPolicySchema.parse({
      name: `Reset ${randomBytes(4).toString('hex')}`,
      match: { type: 'fingerprint', fingerprintId },
      ...{ playbook: 'reset-software-distribution', dailyLimit: 3, concurrency: 100 },
      expiresAt: fleet.clock.in(60 * DAY),
      ...more,
    });
  const set = (
    id: string,
    state: 'off' | 'rehearsing' | 'on',
    seenRehearsalAt: string | null = null,
  ) => policies().setState(id, { state, reason: 'It is time.', seenRehearsalAt }, ADMINISTRATOR);
  async function rehearsing(fingerprintId: string, more: Partial<NewPolicy> = {}) {
    const { id } = await policies().create(wanted(fingerprintId, more), ADMINISTRATOR);
    return set(id, 'rehearsing');
  }
  /** One that is on, after a rehearsal that somebody looked at. */
  async function on(fingerprintId: string, more: Partial<NewPolicy> = {}) {
    const { id, rehearsedAt } = await rehearsing(fingerprintId, more);
    return set(id, 'on', rehearsedAt);
  }
  const begun = async (machines: readonly string[]) => {
    const rows = await fleet.database.query<{ id: string }>(
      'SELECT machine_id AS id FROM runs WHERE machine_id = ANY ($1)',
      [machines],
    );
    return rows.length;
  };
  async function end(machineId: string, verdict: string) {
    const [order] = await orders(machineId);
    const runId = order?.jti ?? '';
    await fleet.report(
      machineId,
      runEvent(runId, 0, { event: 'step', stepId: 'x', section: 'acting', state: 'done' }),
      runEvent(runId, 1, { event: 'verdict', verdict, level: 'L1' }),
    );
    return runId;
  }
  afterEach(async () => {
    for (const { id, state } of (await policies().list()).items) {
      if (state !== 'off') await set(id, 'off');
    }
  });

  describe('on its way to on', () => {
    it('is off when it is made, and does nothing', async () => {
      const { machines, fingerprintId } = await affected(1);
      const policy = await policies().create(wanted(fingerprintId), ADMINISTRATOR);
      expect(policy).toMatchObject({
        state: 'off',
        rehearsedAt: null,
        matchLabel: expect.stringContaining('in download') as unknown,
      });
      await apply().all();
      expect(await begun(machines)).toBe(0);
      expect(policyListSchema.parse(await policies().list()).items).toContainEqual(policy);
    });

    it('rehearses without a single run, and tells whom it would have begun with within its limit', async () => {
      const { machines, fingerprintId } = await affected(5);
      const { id, rehearsedAt, rehearsed } = await rehearsing(fingerprintId, { dailyLimit: 3 });
      expect([rehearsedAt, rehearsed]).toEqual([fleet.clock.in(0), 3]);
      await apply().all();
      fleet.clock.pass(DAY);
      await apply().all();
      expect(await begun(machines)).toBe(0);
      const rehearsal = policyRehearsalSchema.parse(await policies().rehearsal(id));
      expect(rehearsal.days.map(({ machines: number }) => number)).toEqual([2, 3]);
      expect(new Set(rehearsal.machines.map(({ machineId }) => machineId))).toEqual(
        new Set(machines),
      );
      expect(rehearsal.excluded).toEqual([
        expect.objectContaining({ exclusion: 'cooling-down', machines: 5 }),
      ]);
    });

    it('is switched on only with a rehearsal of it as it is now, that somebody looked at', async () => {
      const { fingerprintId } = await affected(1);
      const { id, rehearsedAt } = await rehearsing(fingerprintId);
      await expect(set(id, 'on')).rejects.toMatchObject({ code: 'conflict' });
      const changed = wanted(fingerprintId, { dailyLimit: 4 });
      expect(await policies().change(id, changed, ADMINISTRATOR)).toMatchObject({
        ...{ state: 'off', revision: 2, rehearsedAt: null, rehearsed: 0 },
      });
      await expect(set(id, 'on', rehearsedAt)).rejects.toMatchObject({ code: 'conflict' });
      const again = await set(id, 'rehearsing');
      expect(await set(id, 'on', again.rehearsedAt)).toMatchObject({ state: 'on' });
    });

    it('stays on when only its name changes, and goes off when anything else does', async () => {
      const { fingerprintId } = await affected(1);
      const { id, ...policy } = await on(fingerprintId);
      const plan = newPolicySchema.parse(policy);
      const named = await policies().change(id, { ...plan, name: `${plan.name}!` }, ADMINISTRATOR);
      expect(named).toMatchObject({ state: 'on', revision: 1 });
      const windows = [{ cron: '0 2 * * *', durationMinutes: 60, timeZone: 'UTC' }];
      const changed = await policies().change(id, { ...plan, windows }, ADMINISTRATOR);
      expect(changed).toMatchObject({ state: 'off', revision: 2 });
      expect(changed.stateReason).toMatch(/rehearse anew/);
    });

    it('may be switched off by operators, and on by administrators alone', async () => {
      const { fingerprintId } = await affected(1);
      const { id } = await on(fingerprintId);
      const off = { state: 'off', reason: 'Looks wrong.', seenRehearsalAt: null } as const;
      expect(await policies().setState(id, off, OPERATOR)).toMatchObject({
        ...{ state: 'off', stateBy: OPERATOR.email, stateReason: 'Looks wrong.' },
      });
      const back = { ...off, state: 'rehearsing' as const };
      await expect(policies().setState(id, back, OPERATOR)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });

    it.each<[string, Partial<NewPolicy>, string]>([
      ['a playbook that is not there', { playbook: 'x' }, 'playbook'],
      ['a wrong parameter', { parameters: { x: true } }, 'parameters'],
      [
        'a window that never opens',
        { windows: [{ cron: '0 2 30 2 *', durationMinutes: 60, timeZone: 'UTC' }] },
        'windows.0.cron',
      ],
      ['a last day in the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 'expiresAt'],
    ])('can not be saved with %s', async (_, more, path) => {
      const { fingerprintId } = await affected(1);
      await expect(
        policies().create(wanted(fingerprintId, more), ADMINISTRATOR),
      ).rejects.toMatchObject({ code: 'invalid-request', problems: [{ path }] });
    });

    it('has every step of its life in the audit log', async () => {
      const { fingerprintId } = await affected(1);
      const { id } = await on(fingerprintId);
      await apply().all();
      await set(id, 'off');
      await policies().delete(id, ADMINISTRATOR);
      const entries = await fleet.database.query<{ action: string; actor: string }>(
        'SELECT action, actor FROM audit_entries WHERE subject_id = $1 ORDER BY id',
        [id],
      );
      expect(entries.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
        'policy.created admin@example.org',
        'policy.rehearsing admin@example.org',
        'policy.on admin@example.org',
        'policy.ordered system',
        'policy.off admin@example.org',
        'policy.deleted admin@example.org',
      ]);
      await expect(policies().find(id)).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('that is on', () => {
    it('begins with no more machines a day than its limit, however many servers work at once', async () => {
      const { machines, fingerprintId } = await affected(8);
      const { id } = await on(fingerprintId, { dailyLimit: 3 });
      const work = () => Promise.all(Array.from({ length: 4 }, () => apply().one(id)));
      for (let round = 0; round < 3; round++) await work();
      expect(await begun(machines)).toBe(3);
      expect(await policies().find(id)).toMatchObject({ begunToday: 3, inFlight: 3 });
      // Also not after they ended.
      for (const machineId of machines) {
        if ((await orders(machineId)).length > 0) await end(machineId, 'fixed');
      }
      await work();
      expect(await begun(machines)).toBe(3);
      fleet.clock.pass(DAY);
      await work();
      expect(await begun(machines)).toBe(6);
      expect(await policies().find(id)).toMatchObject({ begunToday: 3, verdicts: { fixed: 3 } });
    });

    it('leaves nothing behind when it is killed in the middle', async () => {
      const { machines, fingerprintId } = await affected(2);
      const { id } = await on(fingerprintId);
      await fleet.database.query(
        `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$`,
      );
      await fleet.database.query(
        'CREATE TRIGGER die BEFORE INSERT ON policy_runs FOR EACH STATEMENT EXECUTE FUNCTION die()',
      );
      await expect(apply().one(id)).rejects.toThrow('killed');
      await fleet.database.query('DROP TRIGGER die ON policy_runs');
      expect(await begun(machines)).toBe(0);
      expect(await apply().one(id)).toBe(2);
      expect(await begun(machines)).toBe(2);
    });

    it('puts all runs of a day against one failure under one remediation', async () => {
      const { machines, fingerprintId } = await affected(4);
      const { id } = await on(fingerprintId, { dailyLimit: 4, concurrency: 1 });
      await apply().one(id);
      expect(await begun(machines)).toBe(1);
      for (const machineId of machines) {
        if ((await orders(machineId)).length > 0) await end(machineId, 'fixed');
      }
      await apply().one(id);
      const rows = await fleet.database.query<{ id: string; runs: number }>(
        `SELECT remediation_id AS id, count(*)::int AS runs FROM runs WHERE machine_id = ANY ($1) GROUP BY 1`,
        [machines],
      );
      expect(rows.map((row) => row.runs)).toEqual([2]);
      expect(await remediations().find(rows[0]!.id)).toMatchObject({
        ...{
          createdBy: ADMINISTRATOR.email,
          reason: expect.stringContaining('policy:') as unknown,
        },
      });
    });

    it('begins only while its window is open, and its orders end with the window', async () => {
      const { machines, fingerprintId } = await affected(1);
      // The clock of the tests stands at a full minute of some hour.
      const opens = new Date(fleet.clock.now().getTime() + 30 * 60_000);
      const cron = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
      const windows = [{ cron, durationMinutes: 5, timeZone: 'UTC' }];
      const { id } = await on(fingerprintId, { windows });
      expect(await apply().one(id)).toBe(0);
      opens.setUTCSeconds(0, 0);
      expect((await policies().find(id)).windowOpensAt).toBe(opens.toISOString());
      fleet.clock.pass(31);
      expect(await apply().one(id)).toBe(1);
      const { items } = await runs().page({ machineId: machines[0]!, state: 'all', limit: 1 });
      expect(items[0]?.expiresAt).toBe(new Date(opens.getTime() + 5 * 60_000).toISOString());
    });

    it('takes back what no machine has fetched when it is switched off, and leaves what has begun', async () => {
      const { machines, fingerprintId } = await affected(2);
      const { id } = await on(fingerprintId);
      await apply().one(id);
      await orders(machines[0]!);
      await set(id, 'off');
      const states = await Promise.all(
        machines.map(async (machineId) => {
          const { items } = await runs().page({ machineId, state: 'all', limit: 1 });
          return items[0]?.verdict ?? items[0]?.state;
        }),
      );
      expect(states).toEqual(['leased', 'cancelled']);
    });

    it('does nothing while everything is stopped', async () => {
      const stop = (state: boolean) =>
        fleet.get(EmergencyStopService).set({ on: state, reason: 'a test' }, OPERATOR);
      const { fingerprintId } = await affected(1);
      const { id } = await on(fingerprintId);
      await stop(true);
      expect(await apply().one(id)).toBe(0);
      await stop(false);
      expect(await apply().one(id)).toBe(1);
    });

    it('keeps the limit that all campaigns and policies share', async () => {
      const { machines, fingerprintId } = await affected(3);
      const { id } = await on(fingerprintId);
      const settings = fleet.get(CampaignSettingsRepository);
      const before = await settings.read(fleet.database);
      const [row] = await fleet.database.query<{ busy: number }>(
        `SELECT count(*)::int AS busy FROM policy_runs p JOIN runs r ON r.id = p.run_id
          WHERE r.state NOT IN ('ended', 'soaking')`,
      );
      await fleet.database.inTransaction((transaction) =>
        settings.put(transaction, { ...before, fleetConcurrency: row!.busy + 2 }),
      );
      expect(await apply().one(id)).toBe(2);
      expect(await apply().one(id)).toBe(0);
      await fleet.database.inTransaction((transaction) => settings.put(transaction, before));
      expect(await apply().one(id)).toBe(1);
      expect(await begun(machines)).toBe(3);
    });

    it('begins with a machine that says which playbooks it has, in the version that it has', async () => {
      const { machines, fingerprintId } = await affected(2);
      await tellPlaybooks(machines[0]!, 2);
      await tellPlaybooks(machines[1]!, 1);
      const { id } = await on(fingerprintId);
      expect(await apply().one(id)).toBe(1);
      expect(await begun([machines[0]!])).toBe(1);
      const { excluded } = await policies().rehearsal(id);
      expect(excluded.map(({ exclusion }) => exclusion)).toContain('unknown-playbook');
    });
    async function tellPlaybooks(machineId: string, version: number) {
      const playbooks = JSON.stringify([{ name: 'reset-software-distribution', version }]);
      await fleet.database.query(
        `UPDATE machines SET inventory = inventory || jsonb_build_object('playbooks', $2::jsonb) WHERE id = $1`,
        [machineId, playbooks],
      );
    }

    it('leaves machines alone that a campaign has, and begins with them when it is over', async () => {
      const { machines, fingerprintId } = await affected(2);
      const campaigns = testCampaigns(fleet);
      const target = { machineIds: [machines[0]!], fingerprintId };
      const plan = campaigns.plan(target, { execution: { startAt: fleet.clock.in(60) } });
      const campaign = await campaigns.launched(plan);
      const { id } = await on(fingerprintId, { match: { type: 'fingerprint', fingerprintId } });
      expect(await apply().one(id)).toBe(1);
      expect(await begun([machines[1]!])).toBe(1);
      const { excluded } = await policies().rehearsal(id);
      expect(excluded.map(({ exclusion }) => exclusion)).toContain('other-campaign');
      await campaigns.act(campaign.id, { action: 'stop' });
      expect(await apply().one(id)).toBe(1);
    });

    it('leaves out who is busy, cooling down, offline or not among its machines, and says so', async () => {
      const { machines, fingerprintId } = await affected(5);
      const [busy, cooling, offline, other, free] = machines;
      await remediations().create(remediation([busy!], { playbook: 'sync-clock' }), OPERATOR);
      await remediations().create(remediation([cooling!]), OPERATOR);
      await end(cooling!, 'same-error');
      await fleet.database.query('UPDATE machines SET online = false WHERE id = $1', [offline]);
      await fleet.database.query(`UPDATE machines SET site = 'Lab' WHERE id = ANY ($1)`, [
        machines.filter((id) => id !== other),
      ]);
      const { id } = await rehearsing(fingerprintId, { machines: { site: 'lab' }, dailyLimit: 9 });
      const rehearsal = await policies().rehearsal(id);
      expect(rehearsal.machines.map(({ machineId }) => machineId)).toEqual([free]);
      expect(rehearsal.excluded.map(({ exclusion, machines: n }) => [exclusion, n])).toEqual([
        ['active-run', 1],
        ['cooling-down', 2],
        ['offline', 1],
      ]);
    });

    it('switches itself off after three hard errors among its last five runs', async () => {
      const { machines, fingerprintId } = await affected(6);
      const { id } = await on(fingerprintId, { dailyLimit: 10, concurrency: 5 });
      await apply().one(id);
      const verdicts = ['fixed', 'step-failed', 'same-error', 'new-error', 'inconsistent'];
      for (const machineId of machines) {
        if ((await orders(machineId)).length > 0) await end(machineId, verdicts.pop()!);
      }
      expect(await apply().one(id)).toBe(0);
      expect(await policies().find(id)).toMatchObject({
        ...{
          state: 'off',
          stateBy: 'system',
          stateReason: '3 of its last 5 runs ended with a hard error.',
        },
      });
      expect(await begun(machines)).toBe(5);
    });

    it('is off after its last day', async () => {
      const { fingerprintId } = await affected(1);
      const { id } = await on(fingerprintId, { expiresAt: fleet.clock.in(60) });
      fleet.clock.pass(61);
      expect(await apply().one(id)).toBe(0);
      expect(await policies().find(id)).toMatchObject({ state: 'off', stateBy: 'system' });
    });

    it('never resets where the guard speaks against it, unless somebody said why', async () => {
      const update = { kb: 'KB5999999' };
      const machineId = await fleet.machine();
      await fleet.report(machineId, fleet.failure(-30, { phase: 'install', update }));
      const match = { type: 'code', code: '0x80070002', phase: 'install' } as const;
      const { id } = await rehearsing('', { match });
      expect(await policies().rehearsal(id)).toMatchObject({
        ...{ treated: 0, excluded: [{ exclusion: 'guarded' }] },
      });
      const sure = { match, overrideReason: 'The store was repaired before.' };
      expect((await rehearsing('', sure)).rehearsed).toBe(1);
    });
  });
});
