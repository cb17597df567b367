import { Agent } from '../agent';
import { type Identity, readIdentity } from '../state/identity';
import { type ProcessLock, takeProcessLock } from '../state/process-lock';
import { CLIENT_VERSION } from '../version';
import { atWorkplace, CommandFailed, type CommandParts, type Workplace } from './session';

/** How long the lock is waited for: a predecessor may just be ending. */
const LOCK_WAIT_MS = 10_000;
const LOCK_LOOK_MS = 250;

/** How often it is looked whether the machine was enrolled, or enrolled anew, by another process. */
const IDENTITY_LOOK_MS = 2_000;

/**
 * Works until `stop`: what the service does, and `run` in a console. Without an enrolment the service waits for one,
 * and the console says so and ends.
 */
export async function runCommand(
  parts: CommandParts,
  stop: AbortSignal,
  mode: { readonly waitsForEnrolment: boolean; readonly echo: (line: string) => void },
): Promise<void> {
  await atWorkplace(parts, mode.echo, async (place) => {
    if (!readIdentity(place.state) && !mode.waitsForEnrolment) {
      throw new CommandFailed(
        'This machine is not enrolled yet: fleetmend-client enroll --server URL --token TOKEN',
      );
    }
    const lock = await takeLock(place.settings.dataDirectory, parts, stop);
    // A service has no console: without this, nobody ever learns why it began anew.
    const crashed = (error: Error) => {
      place.log.error('The client crashed.', { error, stack: error.stack });
    };
    process.on('uncaughtExceptionMonitor', crashed);
    try {
      await workAs(place, stop);
      place.log.info('The client ends.');
    } catch (error) {
      place.log.error('The client failed.', { error });
      throw error;
    } finally {
      process.off('uncaughtExceptionMonitor', crashed);
      lock.release();
    }
  });
}

/** Works for the server at which the machine is enrolled, also when that changes. */
async function workAs(place: Workplace, stop: AbortSignal): Promise<void> {
  let isTold = false;
  while (!stop.aborted) {
    const identity = readIdentity(place.state);
    if (identity) {
      const { machineId, serverUrl } = identity;
      place.log.info('The client begins.', { version: CLIENT_VERSION, machineId, serverUrl });
      const changed = new AbortController();
      const working = new Agent(identity, place).run(AbortSignal.any([stop, changed.signal]));
      await Promise.all([working, untilOther(identity, place, stop, changed)]);
    } else {
      if (!isTold) place.log.warn('The machine is not enrolled yet. The client waits for that.');
      isTold = true;
      await place.clock.sleep(IDENTITY_LOOK_MS, stop);
    }
  }
}

/** The same machine of the same server may have a new key: the server then refuses the old one. */
async function untilOther(
  { privateKey }: Identity,
  { state, clock }: Workplace,
  stop: AbortSignal,
  changed: AbortController,
): Promise<void> {
  while (!stop.aborted && readIdentity(state)?.privateKey.x === privateKey.x) {
    await clock.sleep(IDENTITY_LOOK_MS, stop);
  }
  changed.abort();
}

async function takeLock(
  directory: string,
  { clock }: CommandParts,
  stop: AbortSignal,
): Promise<ProcessLock> {
  for (let waited = 0; waited <= LOCK_WAIT_MS && !stop.aborted; waited += LOCK_LOOK_MS) {
    const lock = takeProcessLock(directory);
    if (lock) return lock;
    await clock.sleep(LOCK_LOOK_MS, stop);
  }
  throw new CommandFailed('The client is running already on this machine.');
}
