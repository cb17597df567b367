import { type Clock } from '../clock';
import { type Windows } from '../windows/windows';
import { type StepNote } from './journal-entry';

interface Parts {
  readonly windows: Pick<Windows, 'machine' | 'power'>;
  readonly clock: Clock;
}

/** When Windows had started last, by the clock of that moment, and which start it was, where Windows could say. */
export type BootMoment = NonNullable<StepNote['boot']>;

/** By so much the clock may be set between two looks at it without a restart being seen in that. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Which start of Windows this is: written down before a restart that is to be recognised later. */
export async function bootMoment({ windows, clock }: Parts): Promise<BootMoment> {
  const bootId = await currentBootId({ windows });
  return { bootedAt: clock.now().getTime() - windows.machine.uptimeMilliseconds(), bootId };
}

/** Whether Windows was restarted since `before` was written down, which was at `at` by the clock of that moment. */
export async function hasRestartedSince(
  before: BootMoment,
  at: Date,
  { windows, clock }: Parts,
): Promise<boolean> {
  const bootId = before.bootId === undefined ? undefined : await currentBootId({ windows });
  if (bootId !== undefined) return bootId !== before.bootId;
  const uptime = windows.machine.uptimeMilliseconds();
  const bootedAt = clock.now().getTime() - uptime;
  // Clocks are set; what was up for longer than now has restarted for sure.
  return uptime < at.getTime() - before.bootedAt || bootedAt > at.getTime() + CLOCK_TOLERANCE_MS;
}

async function currentBootId({ windows }: Pick<Parts, 'windows'>): Promise<string | undefined> {
  try {
    return await windows.power.bootId();
  } catch {
    // Without it the uptime has to do.
    return undefined;
  }
}
