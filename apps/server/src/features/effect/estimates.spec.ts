import { inventory, runEvent, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { EstimatesRepository } from './estimates.repository';

const MEBIBYTE = 1024 ** 2;

describe('estimates', () => {
  const fleet = testFleet();
  const { pushed, orders } = testRuns(fleet);
  const bytes = (...ids: string[]) => fleet.get(EstimatesRepository).bytes(fleet.database, ids);
  const duration = (playbook: string) =>
    fleet.get(EstimatesRepository).runDuration(fleet.database, playbook);

  /** A run that measured so many MiB and took so many minutes. */
  async function measured(mebibytes: number | string, minutes = 5) {
    const { machineId, runId } = await pushed();
    await orders(machineId);
    fleet.clock.pass(minutes);
    await fleet.report(
      machineId,
      runEvent(runId, 0, {
        ...{ event: 'step', section: 'snapshot', stepId: 'measure-directory', state: 'done' },
        details: {
          bytes: typeof mebibytes === 'number' ? mebibytes * MEBIBYTE : mebibytes,
        },
      }),
      runEvent(runId, 1, { event: 'verdict', verdict: 'fixed', level: 'L1' }),
    );
    return machineId;
  }
  async function withBackups(hostname: string, folders: readonly object[]) {
    const id = await fleet.machine(hostname);
    const told = inventory(hostname);
    await fleet.report(id, {
      ...told,
      inventory: { ...(told['inventory'] as object), backups: { folders } },
    });
    return id;
  }

  it('say nothing where no machine has told', async () => {
    expect(await bytes(await fleet.machine('silent'))).toBeNull();
    expect(await bytes()).toBeNull();
    expect(await duration('update-drivers')).toBeNull();
  });

  it('take what each machine measured last, and the average for those that never told', async () => {
    const one = await measured(100);
    const two = await withBackups('ledger', [
      ...[
        {
          path: 'C:\\old',
          origin: 'fleetmend',
          bytes: 900 * MEBIBYTE,
          setAsideAt: '2026-01-01T00:00:00Z',
        },
      ],
      ...[
        {
          path: 'C:\\new',
          origin: 'fleetmend',
          bytes: 300 * MEBIBYTE,
          setAsideAt: '2026-02-01T00:00:00Z',
        },
      ],
      ...[
        {
          path: 'C:\\other',
          origin: 'foreign',
          bytes: 7000 * MEBIBYTE,
          setAsideAt: '2026-03-01T00:00:00Z',
        },
      ],
    ]);
    const silent = await fleet.machine('silent-too');
    const unmeasured = await withBackups('unmeasured', [{ path: 'C:\\x', origin: 'fleetmend' }]);
    expect(await bytes(one, two, silent, unmeasured)).toEqual({
      ...{ downloadedAgain: 800 * MEBIBYTE, setAside: 800 * MEBIBYTE, machinesThatTold: 2 },
    });
    expect(await bytes(one, one)).toMatchObject({ setAside: 100 * MEBIBYTE, machinesThatTold: 1 });
  });

  it('do not stumble over what is no number', async () => {
    expect(await bytes(await measured('plenty'))).toBeNull();
  });

  it('know how long half of the runs of a playbook took', async () => {
    await measured(1, 20);
    await measured(1, 90);
    await measured(1, 30);
    const found = await duration('reset-software-distribution');
    expect(found?.runs).toBe(5);
    expect(found?.minutes).toBe(20);
  });
});
