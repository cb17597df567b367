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

/** Answers `value` itself where nothing in it has to change, which is nearly always. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(clean);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const cleaned = entries.map(([name, inner]) => [cleanText(name), clean(inner)] as const);
  const changed = cleaned.some(([name, inner], index) => {
    const before = entries[index];
    return before?.[0] !== name || before[1] !== inner;
  });
  return changed ? Object.fromEntries(cleaned) : value;
}

function cleanText(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
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
