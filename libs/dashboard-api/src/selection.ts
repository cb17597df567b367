import * as z from 'zod';
import { idSchema } from './common';
import { machineFilterSchema } from './machines';

/** Which machines: by hand, or everything that matches a filter (not just the page), without some. */
export const selectionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('machines'), machineIds: z.array(idSchema).min(1).max(10_000) }),
  z.object({
    type: z.literal('matching'),
    filter: machineFilterSchema,
    except: z.array(idSchema).max(10_000).default([]),
  }),
]);
export type Selection = z.infer<typeof selectionSchema>;
