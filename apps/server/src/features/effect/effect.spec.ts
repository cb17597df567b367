import { fingerprintEffectSchema, playbookEffectSchema } from '@fleetmend/dashboard-api';
import { randomUUID } from 'node:crypto';
import { testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { FingerprintsService } from '../fingerprints';
import { RunsService } from '../runs';
import { RemediationsService } from '../runs/remediations.service';
import { RunJobs } from '../runs/run-jobs';
import { OPERATOR, remediation, runEvent } from '../../../testing/test-fleet';
import { EffectService } from './effect.service';

const RESET = 'reset-software-distribution';

describe('own results', () => {
  const fleet = testFleet();
  const { ended, orders } = testRuns(fleet);
  const effect = () => fleet.get(EffectService);
  const update = (kb: string) => ({ kb, title: `Update (${kb})` });
  const many = async (verdicts: Readonly<Record<string, number>>, kb: string) => {
    let last = { machineId: '', fingerprintId: '', remediationId: '', runId: '' };
    for (const [verdict, number] of Object.entries(verdicts)) {
      for (let made = 0; made < number; made += 1) last = await ended(verdict, update(kb));
    }
    return last;
  };

  it('count what was decided: successes against all that failed or came back', async () => {
    const { fingerprintId } = await many(
      { fixed: 2, superseded: 1, 'same-error': 1, 'step-failed': 1, expired: 1, unverified: 1 },
      'KB5000001',
    );
    const back = await ended('fixed', update('KB5000001'));
    fleet.clock.pass(60);
    await fleet.report(back.machineId, fleet.failure(-1, { update: update('KB5000001') }));

    const found = fingerprintEffectSchema.parse(await effect().ofFingerprint(fingerprintId));
    expect(found.playbooks).toHaveLength(1);
    expect(found.playbooks[0]).toMatchObject({
      ...{ playbook: RESET, helped: 3, decided: 6 },
      levels: { L0: 6, L1: 6, L2: 0, L3: 0, L4: 0 },
    });
    await expect(effect().ofFingerprint(randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  });

  it('know no success that was taken back, and keep a failure that was', async () => {
    const undo = async (runId: string, machineId: string) => {
      const { id } = await fleet.get(RunsService).undo(runId, OPERATOR);
      await orders(machineId);
      await fleet.report(machineId, runEvent(id, 0, { event: 'verdict', verdict: 'undone' }));
    };
    const { fingerprintId } = await many({ fixed: 1, 'same-error': 1 }, 'KB5000002');
    const good = await ended('fixed', update('KB5000002'));
    const bad = await ended('same-error', update('KB5000002'));
    await undo(good.runId, good.machineId);
    await undo(bad.runId, bad.machineId);
    const { playbooks } = await effect().ofFingerprint(fingerprintId);
    expect(playbooks[0]).toMatchObject({ helped: 1, decided: 3 });
  });

  it('show the levels that time has proven', async () => {
    const { fingerprintId } = await many({ fixed: 2 }, 'KB5000003');
    fleet.clock.pass(15 * 24 * 60);
    await fleet.get(RunJobs).proveHeld();
    const { playbooks } = await effect().ofFingerprint(fingerprintId);
    expect(playbooks[0]?.levels).toMatchObject({ L1: 2, L3: 0, L4: 2 });
  });

  it('show how long fixes hold, by those that could still be watched', async () => {
    const day = 24 * 60;
    const { fingerprintId } = await many({ fixed: 6, 'same-error': 1 }, 'KB5000007');
    const failed = await ended('fixed', update('KB5000007'));
    const away = await ended('fixed', update('KB5000007'));
    const again = await ended('fixed', update('KB5000007'));
    await fleet.database.query(
      'UPDATE machines SET online = false, last_seen_at = $2 WHERE id = $1',
      [...[away.machineId, fleet.clock.in(1.5 * day)]],
    );
    fleet.clock.pass(2 * day);
    await fleet.report(failed.machineId, fleet.failure(-1, { update: update('KB5000007') }));
    fleet.clock.pass(day);
    await fleet
      .get(RemediationsService)
      .create(
        remediation([again.machineId], { fingerprintId, overrideReason: 'once more' }),
        OPERATOR,
      );
    fleet.clock.pass(2 * day);
    const { hold } = fingerprintEffectSchema.parse(await effect().ofFingerprint(fingerprintId));
    expect(hold).toMatchObject({ fixed: 9, cameBack: 1, watchDays: 14 });
    expect(hold?.points.map(({ atRisk }) => atRisk)).toEqual([9, 9, 8, 7, 6, 6]);
    expect(hold?.points[1]?.share).toBe(1);
    expect(hold?.points[5]?.share).toBeCloseTo(7 / 8, 10);
  });

  it('let the fingerprint of a new update learn from those before it, and rank its proposals', async () => {
    await many({ 'same-error': 12 }, 'KB5000004');
    const fresh = await many({ 'same-error': 1 }, 'KB5000005');
    const { kind } = await effect().ofFingerprint(fresh.fingerprintId);
    expect(kind).toMatchObject({
      code: '0x80070002',
      phase: 'download',
      osFamily: 'Windows 11 24H2',
    });
    const ofKind = kind.playbooks[0];
    expect(ofKind?.decided).toBeGreaterThan(13);
    expect(kind.fingerprints).toBeGreaterThan(1);
    const [proposal] = (await fleet.get(FingerprintsService).find(fresh.fingerprintId)).proposals;
    expect(proposal).toMatchObject({
      ...{ playbook: RESET, confidence: 'documented' },
      measured: { on: 'kind', decided: ofKind?.decided, helped: ofKind?.helped },
    });
  });

  it('put a playbook last that has proven not to help against this very failure', async () => {
    const { fingerprintId } = await many({ 'same-error': 11 }, 'KB5000006');
    const { items } = await fleet
      .get(FingerprintsService)
      .page({ state: 'all', sort: 'machines', limit: 200 });
    const found = items.find(({ id }) => id === fingerprintId);
    expect(found?.proposals.at(-1)).toMatchObject({
      ...{ playbook: RESET, discouraged: true },
      measured: { on: 'fingerprint', helped: 0, decided: 11 },
    });
  });

  it('are counted for each playbook alone', async () => {
    const { items } = playbookEffectSchema.parse(await effect().ofPlaybooks());
    const reset = items.find(({ playbook }) => playbook === RESET);
    const versions = reset?.versions ?? [];
    expect(reset?.decided).toBe(versions.reduce((sum, { decided }) => sum + decided, 0));
    expect(reset?.helped).toBeGreaterThan(0);
    expect(reset?.low).toBeLessThan((reset?.helped ?? 0) / (reset?.decided ?? 1));
  });
});
