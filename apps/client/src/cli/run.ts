import { readIdentity } from '../state/identity';
import { type ProcessLock, takeProcessLock } from '../state/process-lock';
import { type Installation } from '../updates/updater';
import { atWorkplace, CommandFailed, type CommandParts } from './session';
import { workAs } from './work-as';

/** How long the lock is waited for: a predecessor may just be ending. */
const LOCK_WAIT_MS = 10_000;
const LOCK_LOOK_MS = 250;

/**
 * Works until `stop`: what the service does, and `run` in a console. Without an enrolment the service waits for one,
 * and the console says so and ends.
 */
export async function runCommand(
  parts: CommandParts,
  stop: AbortSignal,
  mode: {
    readonly waitsForEnrolment: boolean;
    /** Only a service can be updated. */
    readonly installation?: Installation | undefined;
    readonly echo: (line: string) => void;
  },
): Promise<void> {
  await atWorkplace(parts, mode.echo, async (place) => {
    if (!mode.waitsForEnrolment && !readIdentity(place.state, place.vault)) {
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
      await workAs({ ...place, installation: mode.installation }, stop);
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
