import { type EnrolmentProgress, readEnrolmentProgress } from '../../enrolment/waiting-enrolment';
import { rootReasonOf } from '../../log';
import { readEnrolment } from '../../state/identity';
import { type Finding, ok, problem, warning } from './finding';
import { type Check } from './surroundings';

const TOLERATED_CLOCK_MS = 5 * 60_000;
const TIMEOUT_MS = 15_000;

/** Whether the server answers, and how the clock stands to its clock. */
export const serverCheck: Check = {
  what: 'server',
  async examine({ state, clock }) {
    const identity = readEnrolment(state);
    if (!identity) return [notEnrolled(readEnrolmentProgress(state))];
    const { serverUrl } = identity;
    const before = clock.now().getTime();
    let response: Response;
    try {
      response = await fetch(`${serverUrl}/api/v1/health`, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      return [
        problem(
          'server-unreachable',
          'server',
          `${serverUrl} can't be reached: ${rootReasonOf(error)}`,
          'Look at the network, the proxy, the firewall and the certificate between this machine and the server.',
        ),
      ];
    }
    await response.body?.cancel();
    if (!response.ok) {
      return [
        problem(
          'server-unwell',
          'server',
          `${serverUrl} answers with status ${response.status}.`,
          'Look at the server and at the proxy in front of it.',
        ),
      ];
    }
    return [clockFinding(serverUrl, Date.parse(response.headers.get('date') ?? '') - before)];
  },
};

function notEnrolled(progress: EnrolmentProgress | undefined): Finding {
  const message = 'This machine is not enrolled.';
  if (progress?.state === 'waiting') {
    return problem(
      'enrolment-waits',
      'server',
      `${message} The service tries it again and again: ${progress.message}`,
      'Look at the network, the proxy, the firewall and the certificate between this machine and the server.',
    );
  }
  return problem(
    'not-enrolled',
    'server',
    progress ? `${message} ${progress.message}` : message,
    'fleetmend-client enroll --server URL --token TOKEN',
  );
}

function clockFinding(serverUrl: string, differenceMs: number): Finding {
  const offset = Number.isNaN(differenceMs) ? 0 : Math.round(differenceMs / 1000);
  const message = `${serverUrl} answers; this machine's clock differs by ${Math.abs(offset)} seconds.`;
  if (Math.abs(offset) * 1000 <= TOLERATED_CLOCK_MS) return ok('server', 'server', message);
  return warning(
    'clock-off',
    'server',
    message,
    'Set the clock, or have Windows set it: w32tm /resync. Windows Update itself fails with a wrong clock.',
  );
}
