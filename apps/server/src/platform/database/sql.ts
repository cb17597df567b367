/** PostgreSQL's five-character code of an error, if it is one of PostgreSQL's. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  return driverError === undefined ? undefined : sqlState(driverError);
}

/**
 * Whether PostgreSQL refused the data itself (class 22: data exception, 23: integrity, 54: beyond a limit), as opposed
 * to being out of reach, out of room or in trouble.
 */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '');
}

/**
 * Text as PostgreSQL can keep it: NUL and halves of surrogate pairs, which it refuses, become U+FFFD. Walks objects and
 * arrays.
 */
export function storable<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
  }
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [clean(name) as string, clean(inner)]),
  );
}

/** Classes of "connection exception", "insufficient resources", "operator intervention" and "system error". */
const TROUBLE = /^(08|53|57P|58)/;
const NETWORK = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|ENOENT)/;

/** Whether the database is out of reach or in trouble of its own: the same again will work later. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return TROUBLE.test(state);
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && NETWORK.test(code)) return true;
  if (driverError !== undefined && driverError !== error) return isUnavailable(driverError);
  return /connection terminated|connection timeout|timeout exceeded|not queryable/i.test(
    error.message,
  );
}
