import { type Clock } from '../clock';
import { type Machine } from '../windows/windows';

const LOOK_MS = 15_000;
/** A look that comes this much late: the machine slept, or stood still in another way. */
const LATE_MS = 20_000;
/** The machine's clock moved by this much more or less than time went by: somebody set it. */
const JUMP_MS = 30_000;

/**
 * Calls `woke` after the machine was asleep, and after its clock was set: then connections may be dead without knowing,
 * and waits are longer than they seem. Needs nothing of Windows: a machine that sleeps makes timers late.
 */
export async function watchForWaking(
  clock: Clock,
  machine: Pick<Machine, 'uptimeMilliseconds'>,
  woke: (why: 'woke' | 'clock-set') => void,
  stop: AbortSignal,
): Promise<void> {
  let wall = clock.now().getTime();
  let uptime = machine.uptimeMilliseconds();
  const isEnding = () => stop.aborted;
  while (!isEnding()) {
    await clock.sleep(LOOK_MS, stop);
    const wallPassed = clock.now().getTime() - wall;
    const uptimePassed = machine.uptimeMilliseconds() - uptime;
    wall += wallPassed;
    uptime += uptimePassed;
    if (isEnding()) return;
    // Whether a sleep counts as uptime differs by Windows; so either of the two tells of it.
    if (uptimePassed > LOOK_MS + LATE_MS) woke('woke');
    else if (Math.abs(wallPassed - uptimePassed) > JUMP_MS) woke('clock-set');
  }
}
