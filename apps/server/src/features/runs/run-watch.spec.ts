import { RunJobs } from './run-jobs';
import { RunsService } from './runs.service';
import { MachineRegistryRepository } from '../machines';
import { inventory, OPERATOR, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';

const DAY = 24 * 60;

/** Real: PostgreSQL, reports and jobs. Not real: the clock, and who is connected. */
describe('what time proves of a run', () => {
  const fleet = testFleet();
  const { ended, orders } = testRuns(fleet);

  const proven = async (runId: string) =>
    (await fleet.get(RunsService).find(runId)).proven.join(' ');
  const restart = (machineId: string, bootedAt: string) => {
    const report = inventory('pc-watched') as { inventory: object };
    return fleet.report(machineId, { ...report, inventory: { ...report.inventory, bootedAt } });
  };
  const leave = (machineId: string) =>
    fleet
      .get(MachineRegistryRepository)
      .disconnected(fleet.database, [{ machineId, number: 1 }], fleet.clock.now());
  const look = async () => {
    await fleet.get(RunJobs).proveRestarts();
    await fleet.get(RunJobs).proveHeld();
  };

  it('is a restart that it survived, once, and told to those who look on', async () => {
    const { machineId, runId } = await ended('fixed');
    fleet.clock.pass(600);
    await look();
    expect(await proven(runId)).toBe('L0 L1');
    await restart(machineId, fleet.clock.in(-5));
    fleet.told = {};
    await look();
    expect(await proven(runId)).toBe('L0 L1 L3');
    expect(fleet.told['runs-changed']?.[0]?.runIds).toEqual([runId]);
    expect(await fleet.get(RunJobs).proveRestarts()).toBe(0);
  });

  it('is no restart that lies before its end, nor one that lies in the future', async () => {
    const { machineId, runId } = await ended('fixed');
    await restart(machineId, fleet.clock.in(-120));
    await look();
    await restart(machineId, fleet.clock.in(120));
    await look();
    expect(await proven(runId)).toBe('L0 L1');
  });

  it('is the watch period, on a machine that was there to tell', async () => {
    const [there, away] = [await ended('superseded'), await ended('fixed')];
    await leave(away.machineId);
    expect((await fleet.get(RunsService).find(there.runId)).watchedUntil).not.toBeNull();
    fleet.clock.pass(13 * DAY);
    await look();
    expect(await proven(there.runId)).toBe('L0 L1');
    fleet.clock.pass(2 * DAY);
    await look();
    expect(await proven(there.runId)).toBe('L0 L1 L4');
    expect((await fleet.get(RunsService).find(there.runId)).watchedUntil).toBeNull();
    expect(await proven(away.runId)).toBe('L0 L1');
  });

  it.each(['unverified', 'same-error', 'step-failed', 'scan-ok-not-installed'])(
    'is nothing for "%s"',
    async (verdict) => {
      const { machineId, runId } = await ended(verdict);
      fleet.clock.pass(20 * DAY);
      await restart(machineId, fleet.clock.in(-60));
      await look();
      expect(await proven(runId)).toBe('L0 L1');
    },
  );

  it('is nothing for what was taken back', async () => {
    const { machineId, runId } = await ended('fixed');
    await fleet.get(RunsService).undo(runId, OPERATOR);
    const [order] = await orders(machineId);
    await fleet.report(
      machineId,
      runEvent(order?.jti ?? '', 0, { event: 'verdict', verdict: 'undone' }),
    );
    fleet.clock.pass(20 * DAY);
    await restart(machineId, fleet.clock.in(-60));
    await look();
    expect(await proven(runId)).toBe('L0 L1');
  });

  it('ends with a failure that comes back in time; a later one is a new failure', async () => {
    const [early, late] = [await ended('fixed'), await ended('fixed')];
    fleet.clock.pass(DAY);
    await fleet.report(early.machineId, fleet.failure(-1));
    fleet.clock.pass(20 * DAY);
    await fleet.report(late.machineId, fleet.failure(-1));
    await look();
    const runs = fleet.get(RunsService);
    expect(await runs.find(early.runId)).toMatchObject({ verdict: 'recurred', watchedUntil: null });
    expect(await runs.find(late.runId)).toMatchObject({ verdict: 'fixed', level: 'L4' });
  });
});
