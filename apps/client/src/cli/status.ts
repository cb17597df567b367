import * as z from 'zod';
import { type EnrolmentProgress, readEnrolmentProgress } from '../enrolment/waiting-enrolment';
import { Outbox } from '../outbox/outbox';
import { silentLog } from '../log';
import { readEnrolment } from '../state/identity';
import { readMetadata } from '../state/metadata';
import { integer, maybeText, type State, text } from '../state/state';
import { type LastUpdate, readLastUpdate } from '../updates/update-reports';
import { CLIENT_VERSION } from '../version';
import { atWorkplace, type CommandParts } from './session';

const connectionSchema = z.object({
  state: z.string(),
  message: z.string(),
  problem: z.string().optional(),
  at: z.string().optional(),
});
const sourcesSchema = z.array(
  z.object({ name: z.string(), available: z.boolean(), message: z.string() }),
);

/** What `status --json` prints. Additions only. */
export interface StatusReport {
  readonly version: string;
  readonly enrolled: boolean;
  readonly server?: string | undefined;
  readonly machineId?: string | undefined;
  /** What came of the enrolment that an installer was given, when it isn't done. */
  readonly enrolment?: EnrolmentProgress | undefined;
  readonly service: string;
  readonly connection?: z.infer<typeof connectionSchema> | undefined;
  readonly clockOffsetMs: number;
  readonly sources: z.infer<typeof sourcesSchema>;
  readonly waitingReports: number;
  readonly rejectedReports: number;
  /** Given up since the outbox was full, by kind. */
  readonly droppedReports: readonly { readonly kind: string; readonly count: number }[];
  readonly openFailures: readonly { code: string; phase: string; update: string; at: string }[];
  readonly runs: readonly {
    runId: string;
    state: string;
    verdict?: string | undefined;
    begunAt: string;
  }[];
  /** How it stands with the last release that the server offered. */
  readonly lastUpdate?: LastUpdate | undefined;
  readonly damagedState?: string | undefined;
}

/** Says how the client stands, from its state: also while it isn't running. */
export async function statusCommand(json: boolean, parts: CommandParts): Promise<void> {
  await atWorkplace(
    parts,
    () => undefined,
    async ({ state }) => {
      const service = await (await parts.ownService()).query();
      const report = statusOf(state, service?.state ?? 'not installed');
      parts.terminal.say(json ? JSON.stringify(report, undefined, 2) : inWords(report));
    },
  );
}

export function statusOf(state: State, service: string): StatusReport {
  const identity = readEnrolment(state);
  const outbox = new Outbox(state, silentLog);
  return {
    version: CLIENT_VERSION,
    enrolled: identity !== undefined,
    server: identity?.serverUrl,
    machineId: identity?.machineId,
    enrolment: readEnrolmentProgress(state),
    service,
    connection: parse(connectionSchema, readMetadata(state, 'connection')),
    clockOffsetMs: Number(readMetadata(state, 'clock-offset') ?? 0),
    sources: parse(sourcesSchema, readMetadata(state, 'sources')) ?? [],
    waitingReports: outbox.size(),
    rejectedReports: outbox.rejectedCount(),
    droppedReports: outbox.dropped(),
    openFailures: state
      .all('SELECT * FROM open_failures ORDER BY failed_at DESC LIMIT 50')
      .map((row) => ({
        code: text(row, 'code'),
        phase: text(row, 'phase'),
        update: text(row, 'update_key'),
        at: new Date(integer(row, 'failed_at')).toISOString(),
      })),
    runs: state.all('SELECT * FROM runs ORDER BY begun_at DESC LIMIT 10').map((row) => ({
      runId: text(row, 'run_id'),
      state: text(row, 'state'),
      verdict: maybeText(row, 'verdict'),
      begunAt: new Date(integer(row, 'begun_at')).toISOString(),
    })),
    lastUpdate: readLastUpdate(state),
    damagedState: readMetadata(state, 'damaged-state'),
  };
}

function inWords(report: StatusReport): string {
  const lines = [
    `FleetMend client ${report.version}`,
    report.enrolled
      ? `Enrolled at ${report.server ?? ''} as machine ${report.machineId ?? ''}`
      : 'Not enrolled',
    ...(report.enrolment ? [inWordsOf(report.enrolment)] : []),
    `Service: ${report.service}`,
    `Connection: ${report.connection?.message ?? 'never tried'}`,
    ...(Math.abs(report.clockOffsetMs) > 60_000
      ? [`Clock: ${Math.round(report.clockOffsetMs / 1000)} seconds behind the server's`]
      : []),
    `Reports that wait: ${report.waitingReports}; refused for good: ${report.rejectedReports}`,
    ...report.sources.map(
      ({ name, available, message }) =>
        `Source ${name}: ${available ? 'available' : 'UNAVAILABLE'} (${message})`,
    ),
    `Open failures: ${report.openFailures.length}`,
    ...report.openFailures.map(
      ({ code, phase, update, at }) => `  ${at} ${code} ${phase} ${update}`,
    ),
    ...report.runs.map(
      ({ runId, state, verdict, begunAt }) => `Run ${runId}, begun ${begunAt}: ${verdict ?? state}`,
    ),
    ...(report.lastUpdate === undefined
      ? []
      : [`Last update: ${report.lastUpdate.message} (${report.lastUpdate.at})`]),
    ...(report.damagedState === undefined ? [] : [report.damagedState]),
  ];
  return lines.join('\n');
}

/** The enrolment that an installer has left, for people. */
function inWordsOf({ state, message, at }: EnrolmentProgress): string {
  const how = state === 'waiting' ? 'is tried again' : 'FAILED';
  return `Enrolment by the installer ${how} (${at}): ${message}`;
}

function parse<T>(schema: z.ZodType<T>, json: string | undefined): T | undefined {
  if (json === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
