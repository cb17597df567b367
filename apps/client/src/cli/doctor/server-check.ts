import { type EnrolmentProgress, readEnrolmentProgress } from '../../enrolment/waiting-enrolment';
import { diagnose, type Diagnosis } from '../../connection/diagnosis';
import { routesFrom } from '../../connection/route-finder';
import { ServerClock } from '../../connection/server-clock';
import { type Answer, ask } from '../../connection/server-request';
import { UnexpectedAnswer } from '../../connection/transport';
import { silentLog } from '../../log';
import { readEnrolment } from '../../state/identity';
import { Vault } from '../../state/vault';
import { type Finding, ok, problem, warning } from './finding';
import { type Check, type Surroundings } from './surroundings';

const TOLERATED_CLOCK_MS = 5 * 60_000;
const TIMEOUT_MS = 15_000;
const LOOK_BETWEEN =
  'Look at the network, the proxy, the firewall and the certificate between this machine and the server. The way is set with: fleetmend-client route';

/** Whether the server answers, and how the clock stands to its clock. */
export const serverCheck: Check = {
  what: 'server',
  async examine(place) {
    const { state, clock } = place;
    const identity = readEnrolment(state);
    if (!identity) return [notEnrolled(readEnrolmentProgress(state))];
    const { serverUrl } = identity;
    const before = clock.now().getTime();
    const reached = await reach(serverUrl, place);
    if ('problem' in reached) {
      return [problem(`server-${reached.problem}`, 'server', reached.message, LOOK_BETWEEN)];
    }
    const { status, date } = reached.answer;
    if (status !== 200) {
      return [
        problem(
          'server-unwell',
          'server',
          `${serverUrl} answers with status ${status}.`,
          'Look at the server and at the proxy in front of it.',
        ),
      ];
    }
    return [clockFinding(serverUrl, reached.words, date && date.getTime() - before)];
  },
};

function notEnrolled(progress: EnrolmentProgress | undefined): Finding {
  const message = 'This machine is not enrolled.';
  if (progress?.state === 'waiting') {
    return problem(
      'enrolment-waits',
      'server',
      `${message} The service tries it again and again: ${progress.message}`,
      LOOK_BETWEEN,
    );
  }
  return problem(
    'not-enrolled',
    'server',
    progress ? `${message} ${progress.message}` : message,
    'fleetmend-client enroll --server URL --token TOKEN',
  );
}

/** Asks over each way until one leads somewhere; of several that don't, the last says why. */
async function reach(
  serverUrl: string,
  place: Surroundings,
): Promise<Diagnosis | { readonly answer: Answer; readonly words: string }> {
  const { state, windows, settings, clock } = place;
  const evidence = new ServerClock(state, clock, windows.machine).evidence();
  const vault = new Vault(windows.secrets, settings.dataDirectory);
  const routes = await routesFrom({
    state,
    vault,
    network: windows.network,
    environment: settings.proxies,
    log: silentLog,
  }).waysTo(serverUrl, true);
  let failure: Diagnosis = { problem: 'unknown', message: 'No way to the server is known.' };
  for (const route of routes) {
    try {
      const answer = await ask(route, '/api/v1/health', { timeoutMs: TIMEOUT_MS });
      if (!isPage(answer)) return { answer, words: route.words };
      failure = diagnose(new UnexpectedAnswer(answer), route, evidence);
    } catch (error) {
      failure = diagnose(error, route, evidence);
    }
  }
  return failure;
}

/** The server answers with JSON, whatever it has to say. */
function isPage({ status, contentType }: Answer): boolean {
  return (status >= 300 && status < 400) || (status < 400 && contentType.startsWith('text/html'));
}

function clockFinding(serverUrl: string, way: string, differenceMs = 0): Finding {
  const offset = Math.round(differenceMs / 1000);
  const message = `${serverUrl} answers, reached ${way}; this machine's clock differs by ${Math.abs(offset)} seconds.`;
  if (Math.abs(offset) * 1000 <= TOLERATED_CLOCK_MS) return ok('server', 'server', message);
  return warning(
    'clock-off',
    'server',
    message,
    'Set the clock, or have Windows set it: w32tm /resync. Windows Update itself fails with a wrong clock.',
  );
}
