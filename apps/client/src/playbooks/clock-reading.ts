import { timeSourceOf } from '../inventory/time-source';
import { reasonOf } from '../log';
import { type StepContext } from './step';

const CONFIG = 'SYSTEM\\CurrentControlSet\\Services\\W32Time\\Config';
const POLICY = 'SOFTWARE\\Policies\\Microsoft\\W32Time';
/** Of machines that are no member of a domain: 15 hours. */
const DEFAULT_LIMIT_SECONDS = 54_000;
const NO_LIMIT = 0xffffffff;
const ASKED_SERVERS = 3;

/** Where Windows takes its time from. */
export interface TimeSource {
  /** `NT5DS` domain hierarchy, `NTP` the named servers, `AllSync` both, `NoSync` nowhere; undefined: not said. */
  readonly type: string | undefined;
  readonly servers: readonly string[];
}

/** By how much the clock is behind, as far as somebody says it. */
export interface ClockReading {
  /** By this server. */
  readonly serverMs: number | undefined;
  /** By the machine's own time servers. */
  readonly network: { readonly host: string; readonly offsetMs: number } | undefined;
  /** Why no time server could be asked. */
  readonly networkProblem: string | undefined;
}

export async function timeSource({ windows }: StepContext): Promise<TimeSource> {
  const source = await timeSourceOf(windows.registry);
  // A policy wins over what is configured at the machine.
  const policy = await windows.registry.read(`${POLICY}\\Parameters`, 'Type');
  const named = await windows.registry.read(`${POLICY}\\Parameters`, 'NtpServer');
  const servers = typeof named === 'string' ? named : (source?.servers ?? '');
  return {
    type: typeof policy === 'string' ? policy : source?.type,
    // "time.windows.com,0x9 other,0x8"
    servers: servers.split(/\s+/).flatMap((one) => one.split(',')[0] || []),
  };
}

/** The largest correction that Windows makes by itself, in seconds; `Infinity`: any. */
export async function correctionLimit(
  direction: 'forward' | 'back',
  { type }: TimeSource,
  { windows: { registry } }: StepContext,
): Promise<number> {
  const value = direction === 'forward' ? 'MaxPosPhaseCorrection' : 'MaxNegPhaseCorrection';
  const set =
    (await registry.read(`${POLICY}\\Config`, value)) ?? (await registry.read(CONFIG, value));
  const limit = typeof set === 'number' ? set : type === 'NT5DS' ? NO_LIMIT : DEFAULT_LIMIT_SECONDS;
  return limit === NO_LIMIT ? Number.POSITIVE_INFINITY : limit;
}

/** Measures against the server and, where Windows follows named servers, against the first of them that answers. */
export async function readClock(source: TimeSource, context: StepContext): Promise<ClockReading> {
  const serverMs = context.serverTime.offsetMs();
  const hosts = source.type === 'NTP' || source.type === 'AllSync' ? source.servers : [];
  const problems: string[] = [];
  for (const host of hosts.slice(0, ASKED_SERVERS)) {
    try {
      const offsetMs = await context.timeServers.offsetMs(host);
      return { serverMs, network: { host, offsetMs }, networkProblem: undefined };
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  return { serverMs, network: undefined, networkProblem: problems.join(' ') || undefined };
}

/** What counts: the server's word, else that of a time server. */
export function offsetOf({ serverMs, network }: ClockReading): number | undefined {
  return serverMs ?? network?.offsetMs;
}

export function toleranceMs({ definition }: StepContext): number {
  return Number(definition.parameters['toleranceSeconds'] ?? 60) * 1000;
}

/** Whether the clock was found right at the beginning, so that nothing is to be done. */
export function wasRight({ facts }: StepContext): boolean {
  return facts.result('measure-clock')?.details?.['isRight'] === true;
}

/** An offset in words: "3 minutes behind". */
export function offsetWords(offsetMs: number): string {
  const size = Math.abs(offsetMs) / 1000;
  const side = offsetMs >= 0 ? 'behind' : 'ahead';
  if (size < 90) return `${size.toFixed(1)} seconds ${side}`;
  if (size < 5_400) return `${(size / 60).toFixed(1)} minutes ${side}`;
  if (size < 172_800) return `${(size / 3_600).toFixed(1)} hours ${side}`;
  return `${(size / 86_400).toFixed(1)} days ${side}`;
}

export function readingWords({ serverMs, network, networkProblem }: ClockReading): string {
  return [
    serverMs === undefined
      ? "This server's time is not known here."
      : `The clock is ${offsetWords(serverMs)} by this server.`,
    ...(network ? [`By ${network.host} it is ${offsetWords(network.offsetMs)}.`] : []),
    ...(networkProblem === undefined ? [] : [networkProblem]),
  ].join(' ');
}
