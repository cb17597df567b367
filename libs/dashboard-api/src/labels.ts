import * as z from 'zod';
import { idSchema } from './common';
import { selectionSchema } from './selection';
import { siteSchema, tagListSchema } from './tags';

/** `POST /machines/labels`: changes tags and site of the selected machines. Retired and unknown ones are left alone. */
export const labelsRequestSchema = z
  .strictObject({
    selection: selectionSchema,
    addTags: tagListSchema.optional(),
    removeTags: tagListSchema.optional(),
    /** Null takes the site away; left out, it stays as it is. */
    site: siteSchema.nullable().optional(),
  })
  .refine(
    ({ addTags = [], removeTags = [], site }) =>
      addTags.length > 0 || removeTags.length > 0 || site !== undefined,
    { message: 'Nothing is to be changed.' },
  )
  .refine(({ addTags = [], removeTags = [] }) => !addTags.some((tag) => removeTags.includes(tag)), {
    message: 'The same tag can not be added and removed.',
    path: ['removeTags'],
  });
export type LabelsRequest = z.infer<typeof labelsRequestSchema>;

export const labelsAnswerSchema = z.object({
  /** How many machines were selected. */
  machines: z.number().int(),
  /** On how many of them something is different now. */
  changed: z.number().int(),
});
export type LabelsAnswer = z.infer<typeof labelsAnswerSchema>;

/** The most names that are looked up at once. */
export const MOST_NAMES = 10_000;

/**
 * `POST /machines/resolve-names`: a list of host names as people have it: one a line, or parted by commas, semicolons
 * or tabs; with or without quotes, domain (`pc-1.corp.local`, `CORP\pc-1`) and byte order mark.
 */
export const resolveNamesRequestSchema = z.strictObject({ text: z.string().min(1).max(900_000) });
export type ResolveNamesRequest = z.infer<typeof resolveNamesRequestSchema>;

export const resolvedNameSchema = z.discriminatedUnion('result', [
  z.object({ name: z.string(), result: z.literal('machine'), machineId: idSchema }),
  z.object({ name: z.string(), result: z.literal('unknown') }),
  /** Several machines have this name. */
  z.object({ name: z.string(), result: z.literal('ambiguous'), machineIds: z.array(idSchema) }),
]);
export type ResolvedName = z.infer<typeof resolvedNameSchema>;

export const resolveNamesAnswerSchema = z.object({
  /** Each name once, in the order of the list. */
  names: z.array(resolvedNameSchema),
  /** The machines that were found, each once: two names may mean the same one. */
  machineIds: z.array(idSchema),
  unknown: z.number().int(),
  ambiguous: z.number().int(),
});
export type ResolveNamesAnswer = z.infer<typeof resolveNamesAnswerSchema>;
