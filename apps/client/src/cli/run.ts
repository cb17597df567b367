import { Agent } from '../agent';
import { readIdentity } from '../state/identity';
import { type ProcessLock, takeProcessLock } from '../state/process-lock';
import { atWorkplace, CommandFailed, type CommandParts } from './session';

/** How long the lock is waited for: a predecessor may just be ending. */
const LOCK_WAIT_MS = 10_000;
const LOCK_LOOK_MS = 250;

/** Works until `stop`: what the service does, and `run` in a console. */
export async function runCommand(
  parts: CommandParts,
  stop: AbortSignal,
  echo: (line: string) => void,
): Promise<void> {
  await atWorkplace(parts, echo, async (place) => {
    const identity = readIdentity(place.state);
    if (!identity) {
      throw new CommandFailed(
        'This machine is not enrolled yet: fleetmend-client enroll --server URL --token TOKEN',
      );
    }
    const lock = await takeLock(place.settings.dataDirectory, parts, stop);
    try {
      place.log.info('The client begins.', { machineId: identity.machineId });
      await new Agent(identity, place).run(stop);
      place.log.info('The client ends.');
    } catch (error) {
      place.log.error('The client failed.', { error });
      throw error;
    } finally {
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
