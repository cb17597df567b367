/** What a code is about, in one word. */
export const ERROR_FAMILIES = [
  'file-missing',
  'datastore',
  'servicing',
  'setup',
  'driver',
  'network',
  'auth',
  'signature',
  'policy',
  'service',
  'reboot',
  'disk',
  'timeout',
  'other',
] as const;
export type ErrorFamily = (typeof ERROR_FAMILIES)[number];

/**
 * What is known to help against a code. Some are playbooks, some will be, and some (`free-disk-space`,
 * `check-proxy-firewall`) only people can do.
 */
export const REMEDY_HINTS = [
  'none',
  'reset-software-distribution',
  'repair-component-store',
  'repair-update-services',
  'run-troubleshooter',
  'update-drivers',
  'allow-os-upgrade',
  'sync-clock',
  'restart-machine',
  'check-proxy-firewall',
  'free-disk-space',
] as const;
export type RemedyHint = (typeof REMEDY_HINTS)[number];

/** One code of the catalogue. */
export interface ErrorCodeEntry {
  /** Canonical. */
  readonly code: string;
  /** Its name in the Windows headers; empty where none is known. */
  readonly symbol: string;
  readonly message: string;
  readonly family: ErrorFamily;
  readonly remedy: RemedyHint;
  /** How sure the remedy is, 0 to 1. Below 0.5 it is a weak hint that nobody should act on by itself. */
  readonly confidence: number;
  /** Whether Microsoft's own text names this cause or remedy for this code. */
  readonly published: boolean;
  /** Whether it often passes by itself, so that waiting is the first remedy. */
  readonly transient: boolean;
  readonly note?: string;
  readonly aliases?: readonly string[];
}
