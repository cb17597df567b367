import * as z from 'zod';
import { idSchema, instant } from './common';
import { machineFilterSchema } from './machines';

/** A filter of machines that was given a name: a saved view. */
export const savedFilterSchema = z.object({
  id: idSchema,
  name: z.string(),
  filter: machineFilterSchema,
  /** Everybody sees it; else only its owner does. */
  shared: z.boolean(),
  /** E-mail of who made it. */
  owner: z.string(),
  /** Whether the one who asks may change and delete it: its owner, and of shared ones administrators. */
  canChange: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type SavedFilter = z.infer<typeof savedFilterSchema>;

/** `GET /saved-filters`: one's own and the shared ones, by name. */
export const savedFilterListSchema = z.object({ items: z.array(savedFilterSchema) });

/** `POST /saved-filters`, `PUT /saved-filters/:id`. A name is unique among one's own, and among the shared ones. */
export const newSavedFilterSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  filter: machineFilterSchema,
  shared: z.boolean().default(false),
});
export type NewSavedFilter = z.infer<typeof newSavedFilterSchema>;
