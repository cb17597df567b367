import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export type LogFields = Readonly<Record<string, unknown>>;

/** What the client says of its own work. Keys, tokens and proofs never get here. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const MAXIMUM_BYTES = 5_000_000;
const KEPT_FILES = 5;

/**
 * One JSON object per line in `directory/client.log`; full files move on to `client.1.log` … `client.5.log`.
 * A log that can't be written (full disk) never stops the client: the line also goes to `echo`.
 */
export function fileLog(
  directory: string,
  echo: (line: string) => void = () => undefined,
  maximumBytes = MAXIMUM_BYTES,
): Log {
  const file = join(directory, 'client.log');
  const write = (level: string, message: string, fields: LogFields = {}) => {
    const own = { time: new Date().toISOString(), level, message };
    const line = JSON.stringify({ ...own, ...describeErrors(fields), ...own });
    echo(line);
    try {
      mkdirSync(directory, { recursive: true });
      if (existsSync(file) && statSync(file).size > maximumBytes) rotate(directory);
      appendFileSync(file, `${line}\n`);
    } catch (error) {
      echo(`The log can't be written: ${reasonOf(error)}`);
    }
  };
  return {
    info: (message, fields) => {
      write('info', message, fields);
    },
    warn: (message, fields) => {
      write('warn', message, fields);
    },
    error: (message, fields) => {
      write('error', message, fields);
    },
  };
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  try {
    return isError(error) ? error.message : String(error);
  } catch {
    // Something was thrown that refuses to be put into words.
    return 'unknown error';
  }
}

/** What lies behind an error, if it says so: `fetch` itself says no more than "fetch failed". */
export function rootReasonOf(error: unknown): string {
  return isError(error) && error.cause !== undefined ? rootReasonOf(error.cause) : reasonOf(error);
}

/** By its looks: errors may come from another realm than ours. */
function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  return 'message' in value && typeof value.message === 'string';
}

function rotate(directory: string): void {
  const name = (index: number) =>
    join(directory, index === 0 ? 'client.log' : `client.${index}.log`);
  rmSync(name(KEPT_FILES), { force: true });
  for (let index = KEPT_FILES - 1; index >= 0; index -= 1) {
    if (existsSync(name(index))) renameSync(name(index), name(index + 1));
  }
}

function describeErrors(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      isError(value) ? `${value.name}: ${value.message}` : value,
    ]),
  );
}
