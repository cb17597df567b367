import { accessSync, constants } from 'node:fs';
import { EventLogReader, WINDOWS_UPDATE_CHANNELS } from '../detection/event-log';
import { type DetectionReader } from '../detection/observation';
import { ReportingEvents } from '../detection/reporting-events';
import { workshopOf } from '../agent';
import { reasonOf, rootReasonOf } from '../log';
import { readIdentity } from '../state/identity';
import { atWorkplace, CommandFailed, type CommandParts, type Workplace } from './session';

type Mark = 'ok' | 'warning' | 'problem';

/** One thing that was looked at. */
export interface Finding {
  readonly mark: Mark;
  readonly what: string;
  readonly message: string;
}

const MINIMUM_FREE_BYTES = 200_000_000;
const TOLERATED_CLOCK_MS = 5 * 60_000;
const TIMEOUT_MS = 15_000;
const DAY_MS = 24 * 3_600_000;

/** Looks at everything that the client needs; fails when something is missing. */
export async function doctorCommand(json: boolean, parts: CommandParts): Promise<void> {
  const findings = await atWorkplace(
    parts,
    () => undefined,
    (place) => examine(place, parts),
  );
  if (json) parts.terminal.say(JSON.stringify(findings, undefined, 2));
  else
    for (const { mark, what, message } of findings)
      parts.terminal.say(`[${mark}] ${what}: ${message}`);
  const problems = findings.filter(({ mark }) => mark === 'problem').length;
  if (problems > 0) throw new CommandFailed(`${problems} problem(s) found.`);
}

async function examine(place: Workplace, parts: CommandParts): Promise<Finding[]> {
  const checks: [string, () => Promise<Omit<Finding, 'what'>>][] = [
    ['rights', () => Promise.resolve(rights(place))],
    ['disk', () => disk(place)],
    ['service', () => service(parts)],
    ['update service', () => updateService(place)],
    ['server', () => server(place, parts)],
    ...readersOf(place).map((reader): [string, () => Promise<Omit<Finding, 'what'>>] => [
      `source ${reader.name}`,
      () => source(reader, place),
    ]),
  ];
  const findings: Finding[] = [];
  for (const [what, check] of checks) {
    try {
      findings.push({ what, ...(await check()) });
    } catch (error) {
      findings.push({ what, mark: 'problem', message: reasonOf(error) });
    }
  }
  const available = findings.some(({ what, mark }) => what.startsWith('source') && mark === 'ok');
  if (!available) {
    findings.push({
      what: 'sources',
      mark: 'problem',
      message: 'No source can be read: failures are not seen.',
    });
  }
  return findings;
}

function rights({ settings }: Workplace): Omit<Finding, 'what'> {
  accessSync(settings.dataDirectory, constants.R_OK | constants.W_OK);
  return { mark: 'ok', message: `"${settings.dataDirectory}" can be read and written.` };
}

async function disk({ windows, settings }: Workplace): Promise<Omit<Finding, 'what'>> {
  const free = await windows.directories.freeBytes(settings.dataDirectory);
  const message = `${Math.round(free / 1_000_000)} MB are free.`;
  return { mark: free < MINIMUM_FREE_BYTES ? 'problem' : 'ok', message };
}

async function service(parts: CommandParts): Promise<Omit<Finding, 'what'>> {
  const status = await (await parts.ownService()).query();
  if (!status)
    return { mark: 'problem', message: 'The service is not installed: fleetmend-client install' };
  const running = status.state === 'running';
  return {
    mark: running ? 'ok' : 'problem',
    message: `The service is ${status.state} and starts ${status.startType}.`,
  };
}

async function updateService({ windows }: Workplace): Promise<Omit<Finding, 'what'>> {
  const status = await windows.services.query('wuauserv');
  if (!status) return { mark: 'problem', message: 'This Windows has no service wuauserv.' };
  if (status.startType === 'disabled') {
    return { mark: 'warning', message: 'wuauserv is disabled: Windows will not update itself.' };
  }
  return { mark: 'ok', message: `wuauserv is ${status.state}, start type ${status.startType}.` };
}

async function server(
  { state }: Workplace,
  { clock }: CommandParts,
): Promise<Omit<Finding, 'what'>> {
  const identity = readIdentity(state);
  if (!identity) return { mark: 'problem', message: 'This machine is not enrolled.' };
  const before = clock.now().getTime();
  const response = await fetch(`${identity.serverUrl}/api/v1/health`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${identity.serverUrl} can't be reached: ${rootReasonOf(error)}`);
  });
  await response.body?.cancel();
  if (!response.ok) {
    return {
      mark: 'problem',
      message: `${identity.serverUrl} answers with status ${response.status}.`,
    };
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  const offset = Number.isNaN(date) ? 0 : Math.round((date - before) / 1000);
  const message = `${identity.serverUrl} answers; this machine's clock differs by ${Math.abs(offset)} seconds.`;
  return { mark: Math.abs(offset) * 1000 > TOLERATED_CLOCK_MS ? 'warning' : 'ok', message };
}

async function source(
  reader: DetectionReader,
  { clock }: Workplace,
): Promise<Omit<Finding, 'what'>> {
  try {
    const since = new Date(clock.now().getTime() - 30 * DAY_MS);
    const { observations, remarks } = await reader.read(undefined, since);
    const failures = observations.filter(({ outcome }) => outcome === 'failure').length;
    const found = `Can be read: ${observations.length} records of the last 30 days, ${failures} of them failures.`;
    return { mark: 'ok', message: [found, ...remarks].join(' ') };
  } catch (error) {
    return { mark: 'warning', message: reasonOf(error) };
  }
}

function readersOf(place: Workplace): DetectionReader[] {
  return [
    ...WINDOWS_UPDATE_CHANNELS.map(
      (channel) => new EventLogReader(place.windows.eventLog, channel),
    ),
    new ReportingEvents(workshopOf(place).reportingEventsPath),
  ];
}
