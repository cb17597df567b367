import { OPERATOR, remediation, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';

const title = (month: string, kb: string) =>
  `${month} Cumulative Update for Windows 11 Version 24H2 for x64-based Systems (${kb})`;
const OCTOBER = { kb: 'KB5066835', title: title('2026-10', 'KB5066835') };
const NOVEMBER = { kb: 'KB5068861', title: title('2026-11', 'KB5068861') };

describe('verdicts after the run', () => {
  const fleet = testFleet();
  const { ended, orders, pushed, remediations, runs, verdictOf } = testRuns(fleet);

  it('are proven by the update that installs', async () => {
    const { machineId, runId } = await ended('scan-ok-not-installed');
    fleet.clock.pass(60);
    await fleet.report(machineId, fleet.success(-1));
    expect(await verdictOf(runId)).toEqual(['fixed', 'L2']);
  });

  it.each([
    ['fixed', 'recurred'],
    ['scan-ok-not-installed', 'same-error'],
    ['step-failed', 'step-failed'],
  ])('"%s" becomes "%s" when the failure comes back', async (before, after) => {
    const { machineId, runId } = await ended(before);
    fleet.clock.pass(60);
    await fleet.report(machineId, fleet.failure(-1));
    expect((await verdictOf(runId))[0]).toBe(after);
  });

  it.each(['waits', 'was cancelled', 'was refused'])(
    'are those of the run that did something, though a newer order %s',
    async (what) => {
      const { machineId, fingerprintId, runId } = await ended('scan-ok-not-installed');
      fleet.clock.pass(30);
      const newer = await remediations().create(
        remediation([machineId], { fingerprintId }),
        OPERATOR,
      );
      if (what === 'was cancelled') await remediations().cancel(newer.id, OPERATOR);
      if (what === 'was refused') {
        const { items } = await runs().page({ remediationId: newer.id, state: 'all', limit: 1 });
        await orders(machineId);
        const refused = { event: 'refused', reason: 'another-run-is-active' };
        await fleet.report(machineId, runEvent(items[0]?.id ?? '', 0, refused));
      }
      fleet.clock.pass(30);
      await fleet.report(machineId, fleet.failure(-1));
      expect((await verdictOf(runId))[0]).toBe('same-error');
    },
  );

  it('are not touched by what lies before the run', async () => {
    const { machineId, runId } = await ended('fixed');
    await fleet.report(machineId, fleet.failure(-20), fleet.success(-25));
    expect((await verdictOf(runId))[0]).toBe('fixed');
  });

  it.each([
    ['scan-ok-not-installed', 'success', 'fixed'],
    ['fixed', 'failure', 'recurred'],
  ] as const)('"%s" and a later %s are "%s", also in one message', async (verdict, what, after) => {
    const { machineId, runId } = await pushed();
    await orders(machineId);
    const at = { createdAt: fleet.clock.in(30) };
    fleet.clock.pass(60);
    await fleet.report(
      machineId,
      { ...runEvent(runId, 0, { event: 'verdict', verdict, level: 'L1' }), ...at },
      fleet[what](-10),
    );
    expect((await verdictOf(runId))[0]).toBe(after);
  });

  it('are superseded by a later cumulative update that installs, until the failure comes back', async () => {
    const { machineId, runId } = await ended('scan-ok-not-installed', OCTOBER);
    fleet.clock.pass(60);
    await fleet.report(machineId, fleet.success(-2, { update: NOVEMBER, phase: 'download' }));
    expect((await verdictOf(runId))[0]).toBe('scan-ok-not-installed');
    await fleet.report(machineId, fleet.success(-1, { update: NOVEMBER }));
    expect(await verdictOf(runId)).toEqual(['superseded', 'L2']);
    fleet.clock.pass(60);
    await fleet.report(machineId, fleet.failure(-1, { update: OCTOBER }));
    expect((await verdictOf(runId))[0]).toBe('recurred');
  });
});
