import * as z from 'zod';
import { instant } from './common';

/** `GET /health`, without a session. 200 when `ok`, else 503. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  startedAt: instant,
  database: z.enum(['ok', 'unreachable']),
  connectedMachines: z.number().int(),
  jobs: z.array(
    z.object({
      id: z.string(),
      lastRunAt: instant.nullable(),
      lastResult: z.enum(['ok', 'failed', 'skipped']).nullable(),
    }),
  ),
});
export type Health = z.infer<typeof healthSchema>;
