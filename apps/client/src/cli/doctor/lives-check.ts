import { existsSync } from 'node:fs';
import { StartLog } from '../../state/start-log';
import { takeProcessLock } from '../../state/process-lock';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

const WHAT = 'lives';

/** How the service ended before, and whether somebody else works in its place. */
export const livesCheck: Check = {
  what: WHAT,
  async examine(place) {
    const isRunning = (await place.service.query())?.state === 'running';
    return [lives(place, isRunning), ...lock(place, isRunning)];
  },
};

function lives({ settings, clock, attempts }: Surroundings, isRunning: boolean): Finding {
  const uptimeMs = attempts.windows.ok
    ? attempts.windows.value.machine.uptimeMilliseconds()
    : Number.POSITIVE_INFINITY;
  const { deaths, lastEnd, quietMs } = new StartLog(settings.dataDirectory).past(
    clock.now(),
    uptimeMs,
    isRunning,
  );
  const told = `Within the last hour the service ended ${deaths} time(s) unasked.`;
  if (quietMs === 0) return ok('lives', WHAT, told);
  return problem(
    'crash-loop',
    WHAT,
    `${told} The last time: ${lastEnd ?? ''} It now waits for a while before it does more than connect.`,
    'Look at the end of logs\\client.log in the data folder, and send it to whoever looks after FleetMend.',
  );
}

function lock({ settings, attempts }: Surroundings, isRunning: boolean): Finding[] {
  if (!attempts.state.ok || !existsSync(settings.dataDirectory)) return [];
  const free = takeProcessLock(settings.dataDirectory);
  free?.release();
  if (free ? !isRunning : isRunning) return [];
  if (free) {
    return [
      warning(
        'lock-free',
        WHAT,
        'The service runs, but does not work: it does not hold the lock of the data folder.',
        'sc stop FleetMendClient, sc start FleetMendClient. Its log says why it did not work.',
      ),
    ];
  }
  return [
    warning(
      'lock-held',
      WHAT,
      'Another client works here, and the service does not.',
      'End the "fleetmend-client run" or "remediate" that is open in some console, then start the service.',
    ),
  ];
}
