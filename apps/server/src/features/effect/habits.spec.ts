import { connectionProbability, HOURS_OF_WEEK, hourOfWeek } from '@fleetmend/domain';
import { OPERATOR, testFleet } from '../../../testing/test-fleet';
import { MachineRegistryRepository } from '../machines';
import { MachinesService } from '../machines/machines.service';
import { HabitsJob } from './habits-job';
import { HabitsRepository } from './habits.repository';

describe('connection habits', () => {
  const fleet = testFleet();
  const look = () => fleet.get(HabitsJob).look();
  const habitsOf = (...ids: string[]) => fleet.get(HabitsRepository).together(fleet.database, ids);
  const setOnline = (id: string, online: boolean) =>
    fleet.database.query('UPDATE machines SET online = $2 WHERE id = $1', [id, online]);
  const slot = () => hourOfWeek(fleet.clock.now());

  it('are one look for each hour: connected when it was at some time of it', async () => {
    const id = await fleet.machine('habit-1');
    await setOnline(id, false);
    await look();
    expect((await habitsOf(id)).connected[slot()]).toBe(0);
    await setOnline(id, true);
    fleet.clock.pass(15);
    await look();
    await setOnline(id, false);
    fleet.clock.pass(15);
    await look();
    const habits = await habitsOf(id);
    expect(habits.looks).toHaveLength(HOURS_OF_WEEK);
    expect(habits.looks.filter((looks) => looks > 0)).toEqual([1]);
    expect([habits.looks[slot()], habits.connected[slot()]]).toEqual([1, 1]);
    fleet.clock.pass(60);
    await look();
    expect((await habitsOf(id)).connected[slot()]).toBe(0);
    expect((await habitsOf(id)).looks.filter((looks) => looks > 0)).toEqual([1, 1]);
  });

  it('fade: what changed weeks ago counts more than what was before', async () => {
    const id = await fleet.machine('habit-2');
    const weeks = async (number: number) => {
      for (let week = 0; week < number; week += 1) {
        fleet.clock.pass(7 * 24 * 60);
        await look();
      }
      return habitsOf(id);
    };
    const before = await weeks(20);
    expect(before.looks[slot()]).toBeGreaterThan(7);
    expect(before.looks[slot()]).toBeLessThanOrEqual(8);
    expect(before.connected[slot()]).toBe(before.looks[slot()]);
    expect(connectionProbability(before, fleet.clock.now())).toBeGreaterThan(0.9);
    await setOnline(id, false);
    const after = await weeks(6);
    expect(after.looks[slot()]).toBeLessThanOrEqual(8);
    expect(connectionProbability(after, fleet.clock.now())).toBeLessThan(0.5);
  });

  it('are added up for several machines; unknown ones add nothing', async () => {
    const here = await fleet.machine('habit-3');
    const away = await fleet.machine('habit-4');
    const never = await fleet.enrolled('habit-5');
    await setOnline(away, false);
    fleet.clock.pass(60);
    await look();
    const habits = await habitsOf(here, away, never);
    expect(habits.machinesKnown).toBe(2);
    expect([habits.looks[slot()], habits.connected[slot()]]).toEqual([2, 1]);
    expect(await habitsOf(never)).toEqual({ looks: [], connected: [], machinesKnown: 0 });
  });

  it('of retired machines are forgotten', async () => {
    const id = await fleet.machine('habit-6');
    await look();
    await fleet.get(MachinesService).retire(id, OPERATOR);
    await look();
    expect((await habitsOf(id)).machinesKnown).toBe(0);
    expect(await fleet.get(MachineRegistryRepository).identityOf(fleet.database, id)).toBeDefined();
  });
});
