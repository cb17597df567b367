import { join } from 'node:path';
import * as z from 'zod';
import { type EnvironmentProxies } from './connection/route-finder';

/** Everything that the environment may say to the client. */
export interface Settings {
  /** Where state and logs are kept. */
  readonly dataDirectory: string;
  /** Base and cap of the wait between two connection attempts, in milliseconds. */
  readonly reconnectBaseMs: number;
  readonly reconnectCapMs: number;
  /** How often sources without a change notice are asked, in milliseconds. */
  readonly pollMs: number;
  /** What other programs take for the proxy. */
  readonly proxies?: EnvironmentProxies | undefined;
  /** The network costs money: reports that can wait do so. Undefined: Windows knows. */
  readonly metered?: boolean | undefined;
  /** How often the guard of an update looks whether the server answers, in milliseconds. */
  readonly updateProbeMs: number;
  /** For tests of power loss: the process dies at this write of the journal. */
  readonly crashAt: CrashPoint | undefined;
  /** The service ends when its event loop stands still for so long, in milliseconds. */
  readonly watchdogMs?: number;
  /** For tests of the watchdog: after so many milliseconds the service stands still. */
  readonly hangAfterMs?: number | undefined;
}

/** The `write`-th write of the journal, counted from 1 since the process began. */
export interface CrashPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** The environment holds values that the client can't use; all of them are named. */
export class InvalidSettings extends Error {
  constructor(faults: readonly string[]) {
    super(`These environment variables can't be used: ${faults.join('; ')}.`);
    this.name = 'InvalidSettings';
  }
}

const milliseconds = z.coerce.number().int().min(1).max(3_600_000).optional();
const environmentSchema = z.object({
  FLEETMEND_CLIENT_DATA_DIR: z.string().min(1).optional(),
  FLEETMEND_CLIENT_RECONNECT_MS: milliseconds,
  FLEETMEND_CLIENT_POLL_MS: milliseconds,
  FLEETMEND_CLIENT_UPDATE_PROBE_MS: milliseconds,
  FLEETMEND_CLIENT_CRASH_AT: z
    .string()
    .regex(/^[1-9]\d{0,5}(-before)?$/, 'must be a number, or a number and "-before"')
    .optional(),
  FLEETMEND_CLIENT_METERED: z.enum(['0', '1']).optional(),
  HTTPS_PROXY: z.string().optional(),
  https_proxy: z.string().optional(),
  HTTP_PROXY: z.string().optional(),
  http_proxy: z.string().optional(),
  NO_PROXY: z.string().optional(),
  no_proxy: z.string().optional(),
  FLEETMEND_CLIENT_WATCHDOG_MS: milliseconds,
  FLEETMEND_CLIENT_HANG_AFTER_MS: milliseconds,
  ProgramData: z.string().min(1).optional(),
});

const RECONNECT_BASE_MS = 1_000;
const RECONNECT_CAP_MS = 60_000;
const POLL_MS = 15_000;
const UPDATE_PROBE_MS = 15_000;
/** Slow disks and scanners of files hold everything up for a minute; nothing that is well takes five. */
export const WATCHDOG_MS = 5 * 60_000;

/** Reads the environment; throws {@link InvalidSettings} with every fault. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new InvalidSettings(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const values = parsed.data;
  const [write, before] = values.FLEETMEND_CLIENT_CRASH_AT?.split('-') ?? [];
  return {
    dataDirectory:
      values.FLEETMEND_CLIENT_DATA_DIR ??
      join(values.ProgramData ?? 'C:\\ProgramData', 'FleetMend'),
    reconnectBaseMs: values.FLEETMEND_CLIENT_RECONNECT_MS ?? RECONNECT_BASE_MS,
    reconnectCapMs: values.FLEETMEND_CLIENT_RECONNECT_MS ?? RECONNECT_CAP_MS,
    pollMs: values.FLEETMEND_CLIENT_POLL_MS ?? POLL_MS,
    proxies: {
      httpsProxy: values.HTTPS_PROXY ?? values.https_proxy,
      httpProxy: values.HTTP_PROXY ?? values.http_proxy,
      noProxy: values.NO_PROXY ?? values.no_proxy,
    },
    metered:
      values.FLEETMEND_CLIENT_METERED === undefined
        ? undefined
        : values.FLEETMEND_CLIENT_METERED === '1',
    updateProbeMs: values.FLEETMEND_CLIENT_UPDATE_PROBE_MS ?? UPDATE_PROBE_MS,
    watchdogMs: values.FLEETMEND_CLIENT_WATCHDOG_MS ?? WATCHDOG_MS,
    hangAfterMs: values.FLEETMEND_CLIENT_HANG_AFTER_MS,
    crashAt: write ? { write: Number(write), when: before ? 'before' : 'after' } : undefined,
  };
}
