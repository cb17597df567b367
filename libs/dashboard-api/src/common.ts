import * as z from 'zod';

/** The prefix of every path below. */
export const API_PREFIX = '/api/v1';

/** An instant, ISO 8601, UTC. */
export const instant = z.iso.datetime();
export const idSchema = z.uuid();

/** Every refused request answers with this body. `code` is stable and for programs, `message` for people. */
export const apiErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** For `invalid-request`: which field, and what is wrong with it. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type ApiError = z.infer<typeof apiErrorSchema>;

/** Keyset paging: `next` is opaque, and null on the last page. */
export const pageQuerySchema = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Makes the schema of one page of `item`. `total` counts all that match, not just the page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable(),
    total: z.number().int().optional(),
  });
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total?: number | undefined;
}

/** A flag in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true');
