import { PASSWORD_MIN_LENGTH } from '@fleetmend/dashboard-api';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';

/** What the environment says, checked and complete. Nothing else in the server reads the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Undefined = the embedded PostgreSQL under {@link dataDirectory}. */
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly dataDirectory: string;
  /** The first administrator, made unattended when there is none. */
  readonly administrator: { readonly email: string; readonly password: string } | undefined;
  /** Where people and machines reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** Whether {@link publicUrl} was given; else it is only how this computer reaches the server. */
  readonly publicUrlGiven: boolean;
  /** Whether cookies are sent over TLS only. */
  readonly secureCookies: boolean;
  /** Absolute path of the file that gets a fresh enrolment token for the demo at each start. */
  readonly demoTokenFile: string | undefined;
  readonly logLevel: LogLevel;
  /** How many reverse proxies stand in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: number;
  /** How many machines may begin to connect in a second; four times as many may come at once. */
  readonly handshakesPerSecond: number;
  /** How long a failure that a run has mended must stay away until that counts as proven, in days. */
  readonly watchDays: number;
  /** Absolute path of the built dashboard; undefined = the place beside the server's own bundle. */
  readonly dashboardDirectory: string | undefined;
  /** How people call this server among several on one database. */
  readonly nodeName: string;
  /** A server that was silent for longer counts as gone, and its machines as offline. */
  readonly nodeLeaseSeconds: number;
  /** Stop when the process that started the server is gone. */
  readonly watchParent: boolean;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment is faulty: `faults` has one line for each variable. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

const flag = z
  .enum(['0', '1', 'true', 'false'], { error: 'must be 1 or 0' })
  .transform((value) => value === '1' || value === 'true');

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    });

const environmentSchema = z.object({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')
    .default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  DATABASE_URL: z
    .string()
    .refine((value) => /^postgres(ql)?:$/.test(protocolOf(value)), {
      error: 'must look like postgres://user:password@host:5432/database',
    })
    .optional(),
  FLEETMEND_DATA_DIR: z.string().default('./.fleetmend'),
  FLEETMEND_ADMIN_EMAIL: z.email('must be an e-mail address').max(254).optional(),
  FLEETMEND_ADMIN_PASSWORD: z
    .string()
    .min(PASSWORD_MIN_LENGTH, `must have at least ${PASSWORD_MIN_LENGTH} characters`)
    .max(256, 'must have at most 256 characters')
    .optional(),
  FLEETMEND_PUBLIC_URL: z
    .string()
    .refine((value) => /^https?:$/.test(protocolOf(value)), {
      error: 'must look like https://fleetmend.example.org',
    })
    .optional(),
  FLEETMEND_HANDSHAKES_PER_SECOND: wholeNumber(1, 100_000).default(2500),
  FLEETMEND_WATCH_DAYS: wholeNumber(1, 365).default(14),
  FLEETMEND_DEMO_TOKEN_FILE: z.string().optional(),
  FLEETMEND_DASHBOARD_DIR: z.string().optional(),
  FLEETMEND_NODE_LEASE_SECONDS: wholeNumber(1, 3600).default(20),
  FLEETMEND_NODE_NAME: z.string().max(100, 'must have at most 100 characters').optional(),
  FLEETMEND_WATCH_PARENT: flag.default(false),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
    .default('info'),
  TRUST_PROXY: wholeNumber(0, 10).default(0),
});

/**
 * Reads the environment. A blank variable counts as unset.
 * @throws {ConfigError} with all faults at once.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`);
  const email = given['FLEETMEND_ADMIN_EMAIL'];
  const password = given['FLEETMEND_ADMIN_PASSWORD'];
  if ((email === undefined) !== (password === undefined)) {
    faults.push('FLEETMEND_ADMIN_EMAIL and FLEETMEND_ADMIN_PASSWORD must be set together.');
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const values = parsed.data;
  const publicUrl = withoutSlash(
    values.FLEETMEND_PUBLIC_URL ?? `http://${urlHost(values.HOST)}:${values.PORT}`,
  );
  return {
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    dataDirectory: resolve(values.FLEETMEND_DATA_DIR),
    administrator:
      values.FLEETMEND_ADMIN_EMAIL !== undefined && values.FLEETMEND_ADMIN_PASSWORD !== undefined
        ? {
            email: values.FLEETMEND_ADMIN_EMAIL.toLowerCase(),
            password: values.FLEETMEND_ADMIN_PASSWORD,
          }
        : undefined,
    publicUrl,
    publicUrlGiven: values.FLEETMEND_PUBLIC_URL !== undefined,
    secureCookies: publicUrl.startsWith('https:'),
    demoTokenFile: absolute(values.FLEETMEND_DEMO_TOKEN_FILE),
    logLevel: values.LOG_LEVEL,
    trustedProxies: values.TRUST_PROXY,
    handshakesPerSecond: values.FLEETMEND_HANDSHAKES_PER_SECOND,
    watchDays: values.FLEETMEND_WATCH_DAYS,
    dashboardDirectory: absolute(values.FLEETMEND_DASHBOARD_DIR),
    nodeName: values.FLEETMEND_NODE_NAME ?? `${hostname()}:${values.PORT}`,
    nodeLeaseSeconds: values.FLEETMEND_NODE_LEASE_SECONDS,
    watchParent: values.FLEETMEND_WATCH_PARENT,
  };
}

/** How a browser on this machine writes the host: a wildcard or loopback address is `localhost`. */
function urlHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function protocolOf(text: string): string {
  return URL.parse(text)?.protocol ?? '';
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
