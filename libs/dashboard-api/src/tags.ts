import * as z from 'zod';

/** The most tags that one machine can have. */
export const MOST_TAGS = 50;

/** One word of a machine, in lower case. */
export const tagSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9][a-z0-9._:-]{0,49}$/,
    'A tag is 1 to 50 letters (a to z), digits and . _ : - and begins with a letter or digit.',
  );

/** Tags, each once. */
export const tagListSchema = z
  .array(tagSchema)
  .max(MOST_TAGS)
  .transform((tags) => [...new Set(tags)]);

/** The site of a machine. Sites that differ in case only are the same one, shown as it was first written. */
export const siteSchema = z.string().trim().min(1).max(100);

/** Tags as a filter has them: a list, or text with commas in a query. A machine must have all of them. */
export const tagFilterSchema = z.union([
  z
    .string()
    .max(2000)
    .transform((text) => text.split(',').filter((tag) => tag.trim() !== ''))
    .pipe(tagListSchema),
  tagListSchema,
]);
