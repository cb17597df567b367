import { type Clock } from '../clock';
import { type ServerTime } from '../time/server-time';
import { type Windows } from '../windows/windows';
import { type ClockShift } from './journal-entry';
import { hasRestartedSince } from './restarts';
import { type RunFacts } from './run-facts';
import { type StepContext, type StepOutcome } from './step';

interface Reading {
  readonly windows: Pick<Windows, 'machine' | 'power'>;
  readonly clock: Clock;
  readonly serverTime: ServerTime;
}

/** Sets the clock, noted before it is done so that it can be set back by as much. */
export async function shiftClock(shiftMs: number, context: StepContext): Promise<void> {
  const { windows, clock } = context;
  const bootId = await windows.power.bootId().catch(() => undefined);
  const uptimeMs = windows.machine.uptimeMilliseconds();
  const now = clock.now().getTime();
  await context.note({
    clockShift: { shiftMs, clockMs: now, uptimeMs, bootedAt: now - uptimeMs, bootId },
  });
  // Writing it down took a moment.
  const passed = windows.machine.uptimeMilliseconds() - uptimeMs;
  await windows.systemClock.set(new Date(now + passed + shiftMs));
}

/**
 * The shift of a run that still stands. Since the machine started, the time since then tells whether the clock was moved;
 * after a restart only the server can: a clock that is right is the one that was set. Undefined: nothing is to be set back.
 */
export async function standingShift(
  facts: RunFacts,
  context: Reading,
): Promise<ClockShift | undefined> {
  // Later ones are the same once more, after a power loss, or the way back.
  const [first] = facts.clockShifts();
  if (!first) return undefined;
  const { shift, at } = first;
  const half = Math.abs(shift.shiftMs) / 2;
  if (!(await hasRestartedSince(shift, at, context))) {
    const passed = context.windows.machine.uptimeMilliseconds() - shift.uptimeMs;
    const moved = context.clock.now().getTime() - shift.clockMs - passed;
    return Math.abs(moved - shift.shiftMs) < half ? shift : undefined;
  }
  const offset = context.serverTime.offsetMs();
  return offset !== undefined && Math.abs(offset) < half ? shift : undefined;
}

/** Sets the clock back by as much as it was set. */
export async function shiftBack(
  shift: ClockShift | undefined,
  context: StepContext,
): Promise<StepOutcome> {
  if (!shift) {
    return { state: 'skipped', message: 'The clock is not as the run would have set it.' };
  }
  await shiftClock(-shift.shiftMs, context);
  return {
    state: 'done',
    message: `The clock is set back by ${(shift.shiftMs / 1000).toFixed(1)} seconds.`,
  };
}
