import { randomUUID } from 'node:crypto';
import { inventory, OPERATOR, remediation, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { FingerprintsService } from '../fingerprints';
import { RunJobs } from './run-jobs';

describe('runs', () => {
  const fleet = testFleet();
  const { remediations, runs, orders, fingerprintOf, failing, pushed, ended, verdictOf } =
    testRuns(fleet);

  it('previews, pushes, hands out the order, follows the steps and keeps the verdict', async () => {
    const { machineId, fingerprintId } = await failing();
    const plan = remediation([machineId], { fingerprintId });
    expect(await remediations().preview(plan)).toMatchObject({
      ...{ included: 1, includedOffline: 0, excluded: [], guard: null },
    });
    const made = await remediations().create(plan, OPERATOR);
    expect(made).toMatchObject({
      ...{ machines: 1, states: { queued: 1 }, verdicts: {}, ended: false },
      ...{ createdBy: OPERATOR.email, reason: '0x80070002 in download, KB5034441' },
    });
    expect(fleet.told['orders-waiting']).toEqual([{ machineIds: [machineId] }]);

    const [order] = await orders(machineId);
    expect(order).toMatchObject({
      ...{ aud: machineId, mode: 'execute', playbook: 'reset-software-distribution' },
      failure: { code: '0x80070002', phase: 'download', kb: 'KB5034441' },
    });
    const runId = order?.jti ?? '';
    await fleet.report(
      machineId,
      runEvent(runId, 0, { event: 'state', state: 'preflight' }),
      runEvent(runId, 1, {
        event: 'step',
        stepId: 'check-directory',
        section: 'preflight',
        state: 'running',
      }),
    );
    expect(await runs().find(runId)).toMatchObject({
      ...{ state: 'preflight', progress: { done: 0 }, canCancel: false },
    });
    expect((await runs().find(runId)).progress.current).toContain('folder');
    await fleet.report(
      machineId,
      runEvent(runId, 2, {
        event: 'step',
        stepId: 'check-directory',
        section: 'preflight',
        state: 'done',
      }),
      runEvent(runId, 3, {
        event: 'verdict',
        verdict: 'fixed',
        level: 'L2',
        message: 'KB5034441 installed',
      }),
    );
    expect(await runs().find(runId)).toMatchObject({
      ...{ state: 'ended', verdict: 'fixed', level: 'L2', message: 'KB5034441 installed' },
    });
    expect(await remediations().find(made.id)).toMatchObject({
      ...{ states: { ended: 1 }, verdicts: { fixed: 1 }, ended: true },
    });
    expect(fleet.told['runs-changed']?.at(-1)).toEqual({
      ...{ runIds: [runId], remediationIds: [made.id], machineIds: [machineId] },
    });
    const moves = await fleet.database.query<{ to_state: string }>(
      'SELECT to_state FROM run_moves WHERE run_id = $1 ORDER BY id',
      [runId],
    );
    expect(moves.map((move) => move.to_state)).toEqual(['queued', 'leased', 'preflight', 'ended']);
  });

  it('says of each machine why it is left out', async () => {
    const { machineId: affected, fingerprintId } = await failing();
    const busy = (await pushed()).machineId;
    const healthy = await fleet.machine();
    const silent = await fleet.enrolled('silent');
    const old = await fleet.machine();
    await fleet.database.query(`UPDATE machines SET client_version = '0.0.9' WHERE id = $1`, [old]);
    const retired = await fleet.machine();
    await fleet.database.query('UPDATE machines SET retired_at = now() WHERE id = $1', [retired]);
    const unknown = randomUUID();
    const all = [affected, busy, healthy, silent, old, retired, unknown];
    const preview = await remediations().preview(remediation(all, { fingerprintId }));
    expect(preview.included).toBe(1);
    expect(
      Object.fromEntries(preview.machines.map((each) => [each.machineId, each.exclusion])),
    ).toEqual({
      [affected]: null,
      [busy]: 'active-run',
      [healthy]: 'not-affected',
      [silent]: 'never-connected',
      [old]: 'client-too-old',
      [retired]: 'retired',
      [unknown]: 'unknown-machine',
    });
    expect(preview.excluded).toHaveLength(6);
    expect(preview.machines.at(-1)?.machineId).toBe(affected);
  });

  it('leaves out machines whose client says that it does not have the playbook in this version', async () => {
    const told = async (playbooks: object[]) => {
      const machineId = await fleet.machine();
      const report = inventory('told') as { inventory: object };
      await fleet.report(machineId, { ...report, inventory: { ...report.inventory, playbooks } });
      return machineId;
    };
    const newest = { name: 'reset-software-distribution', version: 2 };
    const knows = await told([{ name: 'restart-machine', version: 1 }, newest]);
    const earlier = await told([{ ...newest, version: 1 }]);
    const none = await told([]);
    const untold = await fleet.machine();
    const preview = await remediations().preview(remediation([knows, earlier, none, untold]));
    expect(
      Object.fromEntries(preview.machines.map((each) => [each.machineId, each.exclusion])),
    ).toEqual({
      ...{ [knows]: null, [earlier]: 'unknown-playbook' },
      ...{ [none]: 'unknown-playbook', [untold]: null },
    });
  });

  it('takes all that match a filter, without some', async () => {
    const machines = [
      await fleet.machine('match-a'),
      await fleet.machine('match-b'),
      await fleet.machine('match-c'),
    ];
    const plan = {
      ...remediation(machines.slice(0, 2), { mode: 'dry-run' }),
      selection: {
        type: 'matching' as const,
        filter: { search: 'MATCH-' },
        except: [machines[1]!],
      },
    };
    expect(await remediations().preview(plan)).toMatchObject({ included: 2 });
    expect(await remediations().create(plan, OPERATOR)).toMatchObject({ machines: 2 });
    expect(await orders(machines[0]!)).toMatchObject([{ mode: 'dry-run' }]);
    expect(await orders(machines[1]!)).toEqual([]);
  });

  it('makes one remediation of one request, however often it comes', async () => {
    const { machineId } = await failing();
    const plan = remediation([machineId]);
    const made = await Promise.all([1, 2, 3].map(() => remediations().create(plan, OPERATOR)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await orders(machineId)).toHaveLength(1);
  });

  it('makes one run of two remediations at once, and writes nothing of the other', async () => {
    const { machineId } = await failing();
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map(() => remediations().create(remediation([machineId]), OPERATOR)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'selection-changed' });
    }
    const [row] = await fleet.database.query<{ runs: number; audits: number }>(
      `SELECT (SELECT count(*)::int FROM runs WHERE machine_id = $1) AS runs,
              (SELECT count(*)::int FROM audit_entries
                WHERE action = 'remediation.created' AND after -> 'selection' -> 'machineIds' ? $1::text) AS audits`,
      [machineId],
    );
    expect(row).toEqual({ runs: 1, audits: 1 });
    expect(fleet.told['orders-waiting']).toHaveLength(1);
  });

  it('refuses a reset against its guard, unless a reason is given, which is kept', async () => {
    const machineId = await fleet.machine();
    await fleet.report(machineId, fleet.failure(-5, { phase: 'install' }));
    const fingerprintId = await fingerprintOf(machineId);
    const plan = remediation([machineId], { fingerprintId });
    expect((await remediations().preview(plan)).guard?.reason).toContain('download was complete');
    await expect(remediations().create(plan, OPERATOR)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const made = await remediations().create(
      { ...plan, overrideReason: 'the vendor says so' },
      OPERATOR,
    );
    expect(made.overrideReason).toBe('the vendor says so');
    const [entry] = await fleet.database.query<{ after: unknown }>(
      'SELECT after FROM audit_entries WHERE subject_id = $1',
      [made.id],
    );
    expect(entry?.after).toMatchObject({ overrideReason: 'the vendor says so' });
  });

  it.each([
    ['an unknown playbook', { playbook: 'format-disk' }],
    ['an unknown parameter', { parameters: { force: true } }],
    ['a parameter out of bounds', { parameters: { verifyMinutes: 100_000 } }],
  ])('refuses %s', async (_, more) => {
    const machineId = await fleet.machine();
    await expect(
      remediations().create(remediation([machineId], more), OPERATOR),
    ).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('leases a run once, and hands its order out again until the machine has begun', async () => {
    const { machineId, runId } = await pushed();
    const answers = await Promise.all([orders(machineId), orders(machineId), orders(machineId)]);
    for (const answer of answers) expect(answer.map(({ jti }) => jti)).toEqual([runId]);
    const moves = await fleet.database.query('SELECT 1 FROM run_moves WHERE run_id = $1', [runId]);
    expect(moves).toHaveLength(2);
    await fleet.report(machineId, runEvent(runId, 0, { event: 'state', state: 'preflight' }));
    expect(await orders(machineId)).toEqual([]);
  });

  it('comes to the same by doubled and shuffled events', async () => {
    const { machineId, runId } = await pushed();
    await orders(machineId);
    const events = [
      runEvent(runId, 0, { event: 'state', state: 'preflight' }),
      runEvent(runId, 1, { event: 'step', stepId: 'stop', section: 'acting', state: 'running' }),
      runEvent(runId, 2, {
        event: 'step',
        stepId: 'stop',
        section: 'acting',
        state: 'failed',
        errorCode: 1053,
      }),
      runEvent(runId, 3, { event: 'step', stepId: 'stop', section: 'undo', state: 'undone' }),
      runEvent(runId, 4, { event: 'verdict', verdict: 'rolled-back', stepId: 'stop' }),
    ].map((event) => ({ ...event, id: randomUUID() }));
    for (const index of [2, 4, 0]) await fleet.report(machineId, events[index]!);
    await fleet.report(machineId, events[1]!, events[3]!, events[2]!, {
      ...events[4]!,
      id: randomUUID(),
    });
    const run = await runs().find(runId);
    expect(run).toMatchObject({ state: 'ended', verdict: 'rolled-back', canUndo: false });
    const told = run.steps.filter(({ stepId }) => stepId === 'stop');
    expect(told).toMatchObject([
      { section: 'acting', state: 'failed', errorCode: 1053 },
      { section: 'undo', state: 'undone' },
    ]);
  });

  it('does not let a machine speak of the runs of another', async () => {
    const { runId } = await pushed();
    const stranger = await fleet.machine();
    const lie = { ...runEvent(runId, 0, { event: 'verdict', verdict: 'fixed' }), id: randomUUID() };
    expect(await fleet.submit(stranger, lie)).toMatchObject({
      ...{ ok: true, accepted: [], rejected: [{ id: lie.id }] },
    });
    expect((await runs().find(runId)).state).toBe('queued');
  });

  it('cancels what no machine has fetched, and nothing else', async () => {
    const one = await pushed();
    expect(await runs().cancel(one.runId, OPERATOR)).toMatchObject({
      state: 'ended',
      verdict: 'cancelled',
    });
    expect(await orders(one.machineId)).toEqual([]);
    const two = await pushed();
    await orders(two.machineId);
    await expect(runs().cancel(two.runId, OPERATOR)).rejects.toMatchObject({ code: 'conflict' });
    const three = await pushed();
    expect(await remediations().cancel(three.remediationId, OPERATOR)).toMatchObject({
      ...{ verdicts: { cancelled: 1 }, ended: true },
    });
  });

  it('either leases or cancels, when both happen at once', async () => {
    const { machineId, runId } = await pushed();
    const [fetched, cancelled] = await Promise.allSettled([
      orders(machineId),
      runs().cancel(runId, OPERATOR),
    ]);
    const order = fetched.status === 'fulfilled' ? fetched.value.length : 0;
    expect(order + (cancelled.status === 'fulfilled' ? 1 : 0)).toBe(1);
  });

  it('expires orders that nobody fetched, and loses runs that went silent, until the machine says otherwise', async () => {
    const jobs = fleet.get(RunJobs);
    const unfetched = await pushed();
    const begun = await pushed();
    await orders(begun.machineId);
    await fleet.report(
      begun.machineId,
      runEvent(begun.runId, 0, { event: 'state', state: 'acting' }),
    );
    await jobs.expire();
    await jobs.lose();
    expect((await runs().find(unfetched.runId)).state).toBe('queued');
    fleet.clock.pass(73 * 60);
    await jobs.expire();
    await jobs.lose();
    expect(await verdictOf(unfetched.runId)).toEqual(['expired', null]);
    expect(await verdictOf(begun.runId)).toEqual(['lost', null]);
    await fleet.report(
      begun.machineId,
      runEvent(begun.runId, 1, { event: 'state', state: 'verifying' }),
      runEvent(begun.runId, 2, { event: 'verdict', verdict: 'fixed', level: 'L1' }),
    );
    expect(await verdictOf(begun.runId)).toEqual(['fixed', 'L1']);
  });

  it('takes a run back by another run, once', async () => {
    const { machineId, runId } = await ended('scan-ok-not-installed');
    expect((await runs().find(runId)).canUndo).toBe(true);
    const undo = await runs().undo(runId, OPERATOR);
    expect(undo).toMatchObject({ mode: 'undo', undoes: runId, state: 'queued' });
    expect(await orders(machineId)).toMatchObject([{ jti: undo.id, mode: 'undo', undoes: runId }]);
    await expect(runs().undo(runId, OPERATOR)).rejects.toMatchObject({ code: 'conflict' });
    await fleet.report(machineId, runEvent(undo.id, 0, { event: 'verdict', verdict: 'undone' }));
    expect(await runs().find(runId)).toMatchObject({ canUndo: false, undoneBy: undo.id });
  });

  it('keeps saved records for good, whatever order their parts come in', async () => {
    const { machineId, runId } = await pushed();
    const part = (index: number, content: string) => ({
      ...{ kind: 'history', runId, name: 'ReportingEvents.log', part: index, parts: 3, content },
    });
    await fleet.report(machineId, part(2, 'c'), part(0, 'a'));
    const [incomplete] = (await runs().find(runId)).histories;
    expect(incomplete).toMatchObject({ name: 'ReportingEvents.log', bytes: 2, complete: false });
    await fleet.report(machineId, part(1, 'b'), part(1, 'another b'));
    const [complete] = (await runs().find(runId)).histories;
    expect(complete).toMatchObject({ bytes: 3, complete: true });
    expect(await runs().history(runId, complete?.id ?? '')).toEqual({
      ...{ name: 'ReportingEvents.log', text: 'abc' },
    });
  });

  it('keeps what machines save of a run within limits', async () => {
    const { machineId, runId } = await pushed();
    const part = (name: string, index: number) => ({
      ...{ kind: 'history', runId, name, part: index, parts: 1000, content: 'x' },
    });
    const parts = Array.from({ length: 310 }, (_, index) => part('ReportingEvents.log', index));
    let refused = 0;
    for (let start = 0; start < parts.length; start += 100) {
      const ack = await fleet.submit(machineId, ...parts.slice(start, start + 100));
      refused += ack.ok ? ack.rejected.length : 0;
    }
    expect(refused).toBe(10);
    const [saved] = (await runs().find(runId)).histories;
    expect(saved).toMatchObject({ bytes: 300, complete: false });
  });

  it('counts runs on the page of the fingerprint', async () => {
    const { fingerprintId } = await pushed();
    const fingerprint = await fleet.get(FingerprintsService).find(fingerprintId);
    expect(fingerprint.activeRuns).toBeGreaterThan(0);
    expect(fingerprint.verdicts['fixed']).toBeGreaterThan(0);
    const affected = await fleet
      .get(FingerprintsService)
      .affected(fingerprintId, { state: 'all', limit: 200 });
    expect(affected.total).toBe(affected.items.length);
    expect(affected.items.some(({ run }) => run?.state === 'queued')).toBe(true);
  });
});
