import type { EscalationDecision, NewEscalationRule } from '@fleetmend/dashboard-api';
import { escalationPageSchema, escalationRuleListSchema } from '@fleetmend/dashboard-api';
import { findPlaybook } from '@fleetmend/domain';
import { randomUUID } from 'node:crypto';
import { OPERATOR, remediation, runEvent, testFleet } from '../../../testing/test-fleet';
import { testCampaigns } from '../../../testing/test-campaigns';
import { testRuns } from '../../../testing/test-runs';
import { EmergencyStopService } from '../runs';
import { RunJobs } from '../runs/run-jobs';
import { EscalationRulesService } from './escalation-rules.service';
import { EscalationWatchService } from './escalation-watch.service';
import { EscalationsService } from './escalations.service';

const STORE = 'repair-component-store';

/** Real: PostgreSQL, everything between it and the doors. Not real: the clock, and who is connected. */
describe('escalations', () => {
  const fleet = testFleet();
  const { ended, failing, orders, pushed, remediations, runs } = testRuns(fleet);
  const watch = () => fleet.get(EscalationWatchService);
  const rules = () => fleet.get(EscalationRulesService);
  const escalations = () => fleet.get(EscalationsService);
  beforeAll(() => rules().addDefaults());

  const of = async (machineId: string) => {
    const page = await escalations().page({ state: 'all', machineId, limit: 10 });
    return escalationPageSchema.parse(page).items;
  };
  const decide = (request: Omit<EscalationDecision, 'reason'>) =>
    escalations().decide({ ...request, reason: 'Looked at it.' }, OPERATOR);
  const ruleOf = async (step: string) => {
    const { items } = escalationRuleListSchema.parse(await rules().list());
    return items.find(({ then, when }) =>
      then.type === 'playbook' ? then.playbook === step && when.phases.length > 0 : false,
    )!;
  };

  /** A reset that ended with the same error, which now shows in the install phase. */
  async function stuck() {
    const run = await ended('same-error');
    fleet.clock.pass(10);
    await fleet.report(run.machineId, fleet.failure(-5, { phase: 'install' }));
    return run;
  }
  /** Ends the order that waits for the machine. */
  async function end(machineId: string, verdict: string) {
    const [order] = await orders(machineId);
    const runId = order?.jti ?? '';
    await fleet.report(
      machineId,
      runEvent(runId, 0, { event: 'step', stepId: 'x', section: 'acting', state: 'done' }),
      runEvent(runId, 1, { event: 'verdict', verdict, level: 'L1' }),
    );
    return { runId, order };
  }

  it('proposes the next playbook, aimed at the failure that is there now', async () => {
    const { machineId, runId } = await stuck();
    await watch().look();
    expect(await of(machineId)).toEqual([
      expect.objectContaining({
        ...{ state: 'open', runId, link: 1, verdict: 'same-error', orderedRunId: null },
        step: { type: 'playbook', playbook: STORE, parameters: {} },
        failure: expect.objectContaining({ code: '0x80070002', phase: 'install' }) as unknown,
      }),
    ]);
  });

  it('says it once, whatever number of servers looks at the same time and again', async () => {
    const machines = [];
    for (let n = 0; n < 5; n++) machines.push((await stuck()).machineId);
    await Promise.all([watch().look(), watch().look(), watch().look()]);
    await watch().look();
    for (const machineId of machines) expect(await of(machineId)).toHaveLength(1);
  });

  it('leads from the reset to the component store to a person, and ends there', async () => {
    const { machineId } = await stuck();
    await watch().look();
    const [first] = await of(machineId);
    const which = { type: 'chosen' as const, ids: [first!.id] };
    expect(await decide({ decision: 'approve', which })).toMatchObject({ decided: 1, ordered: 1 });
    const { runId, order } = await end(machineId, 'same-error');
    expect(order).toMatchObject({ playbook: STORE, failure: { phase: 'install' } });
    expect((await runs().find(runId)).createdBy).toBe(OPERATOR.email);

    await watch().look();
    const [second, before] = await of(machineId);
    expect(before).toMatchObject({ state: 'ordered', orderedRunId: runId });
    expect(second).toMatchObject({ state: 'open', link: 2, step: { type: 'hand-over' } });
    await decide({ decision: 'approve', which: { type: 'chosen', ids: [second!.id] } });
    expect((await of(machineId))[0]).toMatchObject({
      ...{ state: 'handed-over', decidedBy: OPERATOR.email, note: 'Looked at it.' },
    });
    // Whoever runs something else on it by hand is not asked again about a machine that has its person.
    await remediations().create(
      remediation([machineId], { playbook: STORE, fingerprintId: second!.failure!.fingerprintId }),
      OPERATOR,
    );
    await end(machineId, 'same-error');
    await watch().look();
    expect(await of(machineId)).toHaveLength(2);
  });

  it('orders all of a rule at once, under one remediation, if it is as many as were seen', async () => {
    await decideAllOpen();
    const machines = [(await stuck()).machineId, (await stuck()).machineId];
    await watch().look();
    const { id: ruleId, open } = await ruleOf(STORE);
    expect(open).toBe(2);
    const all = (expected: number): Omit<EscalationDecision, 'reason'> => ({
      decision: 'approve',
      which: { type: 'rule', ruleId, expected },
    });
    await expect(decide(all(3))).rejects.toMatchObject({ code: 'selection-changed' });
    expect(await decide(all(2))).toMatchObject({ decided: 2, ordered: 2, waiting: 0, left: [] });
    const made = await fleet.database.query<{ id: string }>(
      `SELECT DISTINCT remediation_id AS id FROM runs WHERE machine_id = ANY ($1) AND playbook = $2`,
      [machines, STORE],
    );
    expect(made).toHaveLength(1);
    expect(await remediations().find(made[0]!.id)).toMatchObject({ machines: 2 });
    const audit = await fleet.database.query(
      `SELECT 1 FROM audit_entries WHERE action = 'escalation.approved' AND after -> 'remediationIds' ? $1`,
      [made[0]!.id],
    );
    expect(audit).toHaveLength(1);
  });

  async function decideAllOpen() {
    const { items } = await escalations().page({ state: 'waiting', limit: 200 });
    if (items.length === 0) return;
    const ids = items.map(({ id }) => id);
    await decide({ decision: 'dismiss', which: { type: 'chosen', ids } });
  }

  it('waits with what is approved until the machine is free, and orders it then', async () => {
    const { machineId } = await stuck();
    await watch().look();
    await remediations().create(remediation([machineId], { playbook: 'sync-clock' }), OPERATOR);
    const ids = [(await of(machineId))[0]!.id];
    const which = { type: 'chosen' as const, ids };
    expect(await decide({ decision: 'approve', which })).toMatchObject({ ordered: 0, waiting: 1 });
    await watch().orderApproved();
    expect((await of(machineId))[0]).toMatchObject({ state: 'approved' });
    await end(machineId, 'done');
    await Promise.all([watch().orderApproved(), watch().orderApproved()]);
    expect((await of(machineId))[0]).toMatchObject({ state: 'ordered' });
    expect((await orders(machineId)).map(({ playbook }) => playbook)).toEqual([STORE]);
  });

  it('orders from a machine that says which playbooks it has', async () => {
    const { machineId } = await stuck();
    await watch().look();
    await fleet.database.query(
      `UPDATE machines SET inventory = inventory || jsonb_build_object('playbooks', $2::jsonb) WHERE id = $1`,
      [machineId, JSON.stringify([{ name: STORE, version: findPlaybook(STORE)?.version }])],
    );
    const which = { type: 'chosen' as const, ids: [(await of(machineId))[0]!.id] };
    expect(await decide({ decision: 'approve', which })).toMatchObject({ ordered: 1 });
  });

  it('has nothing to decide twice', async () => {
    const { machineId } = await stuck();
    await watch().look();
    const ids = [(await of(machineId))[0]!.id];
    await decide({ decision: 'dismiss', which: { type: 'chosen', ids } });
    const unknown = randomUUID();
    const again = { type: 'chosen' as const, ids: [...ids, unknown] };
    expect(await decide({ decision: 'approve', which: again })).toEqual({
      ...{ decided: 0, ordered: 0, handedOver: 0, waiting: 0 },
      left: [
        { id: ids[0], reason: 'It is over: dismissed.' },
        { id: unknown, reason: 'There is no such escalation.' },
      ],
    });
  });

  it('ends a proposal whose failure is gone, or whose run has another verdict', async () => {
    const gone = await stuck();
    const back = await pushed();
    await orders(back.machineId);
    await fleet.report(
      back.machineId,
      runEvent(back.runId, 0, { event: 'step', stepId: 'x', section: 'acting', state: 'done' }),
    );
    fleet.clock.pass(25 * 60);
    await fleet.get(RunJobs).lose();
    const { id } = await rules().create(afterLost, OPERATOR);
    await watch().look();
    expect(await of(back.machineId)).toMatchObject([{ state: 'open', ruleId: id }]);
    fleet.clock.pass(10);
    await fleet.report(gone.machineId, fleet.success(-1));
    await fleet.report(
      back.machineId,
      runEvent(back.runId, 1, { event: 'verdict', verdict: 'same-error', level: 'L1' }),
    );
    await watch().look();
    await watch().sweep();
    expect(await of(gone.machineId)).toMatchObject([
      { state: 'expired', note: expect.stringContaining('not open') as unknown },
    ]);
    const [now, before] = await of(back.machineId);
    expect([before!.state, before!.verdict]).toEqual(['expired', 'lost']);
    expect([now!.state, now!.verdict]).toEqual(['open', 'same-error']);
    await rules().change(id, { ...afterLost, on: false }, OPERATOR);
  });

  const afterLost: NewEscalationRule = {
    ...{ name: 'Silent machines', on: true, mode: 'propose', dailyLimit: 10, coolDownDays: 0 },
    when: { playbooks: [], verdicts: ['lost'], sameCode: false, phases: [], codes: null },
    then: { type: 'hand-over' },
  };

  describe('an automatic rule', () => {
    const automatic = async (more: Partial<NewEscalationRule>) => {
      const { id, name, when, then } = await ruleOf(STORE);
      const rule = { name, when, then, on: true, dailyLimit: 3, coolDownDays: 7, ...more };
      await rules().change(id, { mode: 'automatic', ...rule }, OPERATOR);
      return id;
    };
    const ordered = async (ids: readonly string[]) => {
      const states = await Promise.all(ids.map(async (id) => (await of(id))[0]?.state));
      return states.filter((state) => state === 'ordered').length;
    };

    it('goes on by itself, with two servers never for more machines than its limit of the day', async () => {
      await decideAllOpen();
      const machines: string[] = [];
      for (let n = 0; n < 5; n++) machines.push((await stuck()).machineId);
      await watch().look();
      const id = await automatic({ dailyLimit: 3 });
      await Promise.all([watch().followRules(), watch().followRules(), watch().followRules()]);
      expect(await ordered(machines)).toBe(3);
      await watch().followRules();
      expect(await ordered(machines)).toBe(3);
      fleet.clock.pass(24 * 60);
      await watch().followRules();
      expect(await ordered(machines)).toBe(5);
      const { items } = await rules().list();
      expect(items.find((rule) => rule.id === id)?.orderedToday).toBe(2);
      const audit = await fleet.database.query(
        `SELECT 1 FROM audit_entries WHERE action = 'escalation.ordered' AND actor = 'system'`,
      );
      expect(audit).toHaveLength(2);
    });

    it('orders nothing while everything is stopped', async () => {
      const stop = (on: boolean) =>
        fleet.get(EmergencyStopService).set({ on, reason: 'a test' }, OPERATOR);
      const { machineId } = await stuck();
      await watch().look();
      await automatic({ dailyLimit: 100 });
      await stop(true);
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'open' }]);
      const which = { type: 'chosen' as const, ids: [(await of(machineId))[0]!.id] };
      await expect(decide({ decision: 'approve', which })).rejects.toMatchObject({
        code: 'emergency-stop',
      });
      await stop(false);
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'ordered' }]);
    });

    it('leaves a machine to its campaign, and goes on when that is over', async () => {
      const { machineId, fingerprintId } = await stuck();
      await watch().look();
      await automatic({ dailyLimit: 100 });
      const campaigns = testCampaigns(fleet);
      const target = { machineIds: [machineId], fingerprintId };
      const execution = { startAt: fleet.clock.in(60), endAt: fleet.clock.in(30 * 24 * 60) };
      const { id } = await campaigns.launched(
        campaigns.plan(target, { execution, playbook: 'sync-clock' }),
      );
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'open' }]);
      await campaigns.act(id, { action: 'stop' });
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'ordered' }]);
    });

    it('leaves a machine alone on which its playbook ran not long ago', async () => {
      const { machineId, fingerprintId } = await failing({ kb: 'KB5000001' });
      await remediations().create(remediation([machineId], { playbook: STORE }), OPERATOR);
      await end(machineId, 'done');
      await remediations().create(remediation([machineId], { fingerprintId }), OPERATOR);
      await end(machineId, 'same-error');
      fleet.clock.pass(10);
      await fleet.report(
        machineId,
        fleet.failure(-5, { phase: 'install', update: { kb: 'KB5000001' } }),
      );
      await watch().look();
      await automatic({ dailyLimit: 100 });
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'open', step: { playbook: STORE } }]);
      fleet.clock.pass(7 * 24 * 60 + 1);
      await watch().followRules();
      expect(await of(machineId)).toMatchObject([{ state: 'ordered', note: null }]);
    });
  });

  describe('rules', () => {
    it('that could never say anything are refused, and nothing of them is kept', async () => {
      const { items: before } = await rules().list();
      const broken: NewEscalationRule = {
        ...afterLost,
        when: { ...afterLost.when, playbooks: [STORE] },
        then: { type: 'playbook', playbook: STORE, parameters: {} },
      };
      await expect(rules().create(broken, OPERATOR)).rejects.toMatchObject({
        ...{ code: 'invalid-request', problems: [{ path: 'then.playbook' }] },
      });
      expect((await rules().list()).items).toEqual(before);
    });

    it('stand in the order that was given to them', async () => {
      const names = async () => (await rules().list()).items.map(({ name }) => name);
      const before = await names();
      const { id } = await rules().create({ ...afterLost, name: 'New', position: 2 }, OPERATOR);
      expect(await names()).toEqual([before[0], 'New', ...before.slice(1)]);
      await rules().change(id, { ...afterLost, name: 'New', position: 1 }, OPERATOR);
      expect(await names()).toEqual(['New', ...before]);
    });

    it('of the product come once, and stay as they were changed', async () => {
      const { items } = await rules().list();
      await Promise.all([rules().addDefaults(), rules().addDefaults()]);
      expect((await rules().list()).items).toEqual(items);
    });
  });
});
