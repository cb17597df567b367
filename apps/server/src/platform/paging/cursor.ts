import type { Page } from '@fleetmend/dashboard-api';
import type * as z from 'zod';
import { RequestError } from '../errors';

/** Where the next page begins: the sort key of the last row of this one, opaque to callers. */
export function encodeCursor(key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Reads a cursor that a caller sent back; undefined = the first page.
 * @throws {RequestError} `invalid-cursor` when it isn't one of this list's.
 */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (parsed.success) return parsed.data;
  } catch {
    // falls through: not even JSON
  }
  throw new RequestError('invalid-cursor', 'This page can not be continued. Start again.');
}

/** Makes a page of rows that were read with one more than `limit`, so that it is known whether more follow. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number | null)[],
  toItem: (row: Row) => Item,
  total?: number,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
    ...(total === undefined ? {} : { total }),
  };
}
