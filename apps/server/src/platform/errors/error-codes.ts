import type { LogLevel } from '../config';

interface ErrorTraits {
  readonly status: number;
  readonly level: LogLevel;
}

/** Every code with which the API refuses: what it is in HTTP, and how loud it is in the log. */
export const ERROR_CODES = {
  'invalid-request': { status: 400, level: 'debug' },
  'invalid-cursor': { status: 400, level: 'debug' },
  'unsupported-protocol': { status: 400, level: 'info' },
  unauthenticated: { status: 401, level: 'debug' },
  'wrong-credentials': { status: 401, level: 'info' },
  'wrong-password': { status: 403, level: 'info' },
  'wrong-setup-token': { status: 403, level: 'warn' },
  forbidden: { status: 403, level: 'info' },
  'cross-site-request': { status: 403, level: 'warn' },
  'invalid-enrolment-token': { status: 403, level: 'warn' },
  'enrolment-token-expired': { status: 403, level: 'warn' },
  'enrolment-token-revoked': { status: 403, level: 'warn' },
  'enrolment-token-used-up': { status: 403, level: 'warn' },
  'bad-proof': { status: 403, level: 'warn' },
  'clock-skew': { status: 403, level: 'info' },
  'unknown-machine': { status: 403, level: 'info' },
  'retired-machine': { status: 403, level: 'info' },
  're-enrolment-refused': { status: 403, level: 'info' },
  'not-found': { status: 404, level: 'debug' },
  'setup-already-done': { status: 409, level: 'info' },
  'email-taken': { status: 409, level: 'debug' },
  'name-taken': { status: 409, level: 'debug' },
  'last-administrator': { status: 409, level: 'info' },
  'public-key-taken': { status: 409, level: 'warn' },
  'replayed-proof': { status: 409, level: 'warn' },
  'not-cloned': { status: 409, level: 'info' },
  'machine-online': { status: 409, level: 'info' },
  'run-active': { status: 409, level: 'info' },
  conflict: { status: 409, level: 'debug' },
  'selection-changed': { status: 409, level: 'info' },
  'emergency-stop': { status: 409, level: 'info' },
  'not-open': { status: 409, level: 'info' },
  'release-halted': { status: 410, level: 'info' },
  'too-large': { status: 413, level: 'info' },
  'unsupported-media-type': { status: 415, level: 'debug' },
  'range-not-satisfiable': { status: 416, level: 'debug' },
  throttled: { status: 429, level: 'info' },
  'internal-error': { status: 500, level: 'error' },
  'database-unavailable': { status: 503, level: 'error' },
  'server-busy': { status: 503, level: 'warn' },
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERROR_CODES;
