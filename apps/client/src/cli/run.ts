import { closeOwnFolders, inWords, isDangerous } from '../protection/own-folders';
import { rescueServices } from '../playbooks/emergency';
import { WATCHDOG_MS } from '../settings';
import { beginHeartbeat, wasHung } from '../state/heartbeat';
import { readIdentity } from '../state/identity';
import { type ProcessLock, takeProcessLock } from '../state/process-lock';
import { StartLog } from '../state/start-log';
import { reasonOf } from '../log';
import { type Installation } from '../updates/updater';
import { atWorkplace, CommandFailed, type CommandParts, type Workplace } from './session';
import { workAs } from './work-as';

/** How long the lock is waited for: a predecessor may just be ending. */
const LOCK_WAIT_MS = 10_000;
const LOCK_LOOK_MS = 250;

export interface RunMode {
  /** The service: waits for an enrolment, and holds back when it keeps dying. */
  readonly waitsForEnrolment: boolean;
  /** Only a service can be updated. */
  readonly installation?: Installation | undefined;
  readonly echo: (line: string) => void;
}

/**
 * Works until `stop`: what the service does, and `run` in a console. Without an enrolment the service waits for one,
 * and the console says so and ends.
 */
export async function runCommand(
  parts: CommandParts,
  stop: AbortSignal,
  mode: RunMode,
): Promise<void> {
  await atWorkplace(
    parts,
    mode.echo,
    async (workplace) => {
      const place = { ...workplace, installation: mode.installation };
      if (!mode.waitsForEnrolment && !readIdentity(place.state, place.vault)) {
        throw new CommandFailed(
          'This machine is not enrolled yet: fleetmend-client enroll --server URL --token TOKEN',
        );
      }
      await guardFolders(place);
      const lock = await takeLock(place.settings.dataDirectory, parts, stop);
      // A service has no console: without this, nobody ever learns why it began anew.
      const crashed = (error: Error) => {
        place.log.error('The client crashed.', { error, stack: error.stack });
      };
      process.on('uncaughtExceptionMonitor', crashed);
      try {
        if (mode.waitsForEnrolment) await liveAsService(place, stop);
        else await workAs(place, stop);
        place.log.info('The client ends.');
      } catch (error) {
        place.log.error('The client failed.', { error });
        throw error;
      } finally {
        process.off('uncaughtExceptionMonitor', crashed);
        lock.release();
      }
    },
    async ({ windows, settings, clock, log }) => {
      const why = 'the state could not be opened.';
      await rescueServices(settings.dataDirectory, why, { windows, clock, log });
    },
  );
}

/**
 * Closes the client's folders where somebody opened them. Where others can still put their code or their journal before
 * a program that runs as SYSTEM, it doesn't begin.
 */
async function guardFolders({ windows, settings, log }: Workplace): Promise<void> {
  const { protection } = windows;
  const { dataDirectory } = settings;
  const { repaired, left } = await closeOwnFolders(protection, dataDirectory);
  if (repaired.length > 0) {
    log.warn('Others than administrators had access. It was taken from them.', {
      access: repaired.map(inWords),
    });
  }
  const dangers = left.filter((one) => isDangerous(one, protection, dataDirectory));
  if (dangers.length > 0) {
    throw new CommandFailed(
      `The client does not begin, because others than administrators could have it run their code: ${dangers.map(inWords).join('; ')}. "fleetmend-client doctor" says what to do.`,
    );
  }
  if (left.length > 0)
    log.warn('Others than administrators have access.', { access: left.map(inWords) });
}

/** One life of the service, written down so that the next one knows how it ended. */
async function liveAsService(place: Workplace, stop: AbortSignal): Promise<void> {
  const { settings, windows, clock, log } = place;
  const lives = new StartLog(settings.dataDirectory);
  const past = () => lives.past(clock.now(), windows.machine.uptimeMilliseconds());
  if (past().lastDied && wasHung(settings.dataDirectory))
    lives.end('hung', 'It stood still, and the watchdog ended it.');
  const { deaths, lastEnd, quietMs } = past();
  lives.begin(clock.now());
  const { watchdogMs = WATCHDOG_MS } = settings;
  const heartbeat = beginHeartbeat(windows.watchdog, settings.dataDirectory, watchdogMs, log);
  standStillAfter(settings.hangAfterMs);
  if (lastEnd !== undefined) log.warn('The client had ended unasked.', { lastEnd, deaths });
  if (quietMs > 0) {
    log.error('The client keeps ending unasked: for a while it only connects.', { quietMs });
    const why = 'the client keeps ending unasked.';
    await rescueServices(settings.dataDirectory, why, { windows, clock, log });
  }
  try {
    await workAs(place, stop, quietMs);
    lives.end('asked');
  } catch (error) {
    lives.end('failed', reasonOf(error));
    throw error;
  } finally {
    heartbeat.stop();
  }
}

/** For tests of the watchdog: nothing of this process answers any more. */
function standStillAfter(milliseconds: number | undefined): void {
  if (milliseconds === undefined) return;
  setTimeout(() => {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }, milliseconds);
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
