import { remediation, OPERATOR, testFleet } from '../../../testing/test-fleet';
import { testRuns } from '../../../testing/test-runs';
import { EmergencyStopService } from './emergency-stop.service';

/** Real: PostgreSQL, everything between it and the doors. Not real: the clock, and who is connected. */
describe('the emergency stop', () => {
  const fleet = testFleet();
  const { pushed, orders, ended, runs, remediations } = testRuns(fleet);
  const stop = (on: boolean) =>
    fleet.get(EmergencyStopService).set({ on, reason: 'a bad playbook' }, OPERATOR);
  afterEach(() => stop(false));

  it('gives out no order while it is on, and all of them once it is off', async () => {
    const { machineId, runId } = await pushed();
    await stop(true);
    expect(await orders(machineId)).toEqual([]);
    expect((await runs().find(runId)).state).toBe('queued');
    fleet.told = {};
    await stop(false);
    expect(fleet.told['orders-waiting']?.flatMap(({ machineIds }) => machineIds)).toContain(
      machineId,
    );
    expect((await orders(machineId)).map(({ jti }) => jti)).toEqual([runId]);
  });

  it('gives an order again that the machine may have begun', async () => {
    const { machineId, runId } = await pushed();
    await orders(machineId);
    await stop(true);
    expect((await orders(machineId)).map(({ jti }) => jti)).toEqual([runId]);
  });

  it('lets people take back what was done', async () => {
    const { machineId, runId } = await ended('fixed');
    await stop(true);
    const undo = await runs().undo(runId, OPERATOR);
    expect((await orders(machineId)).map(({ jti, mode }) => [jti, mode])).toEqual([
      [undo.id, 'undo'],
    ]);
  });

  it('refuses a new remediation and says why', async () => {
    const machineId = await fleet.machine();
    await stop(true);
    await expect(remediations().create(remediation([machineId]), OPERATOR)).rejects.toMatchObject({
      code: 'emergency-stop',
    });
  });

  it('tells who stopped everything, why and when, and keeps both moves in the audit', async () => {
    expect(await stop(true)).toEqual({
      ...{ on: true, reason: 'a bad playbook', by: OPERATOR.email },
      at: fleet.clock.now().toISOString(),
    });
    const entries = await fleet.database.query<{ action: string }>(
      `SELECT action FROM audit_entries WHERE action LIKE 'emergency-stop%' ORDER BY id DESC LIMIT 2`,
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'emergency-stop.on',
      'emergency-stop.off',
    ]);
  });
});
