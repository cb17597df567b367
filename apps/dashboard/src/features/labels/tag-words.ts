import { type ValidatorFn } from '@angular/forms';
import { MOST_TAGS, tagListSchema } from '@fleetmend/dashboard-api';
import { holds } from '../../design/contract-validator';

/** The tags of a line of text, parted by blanks, commas or semicolons; each once, in lower case. */
export function tagsOf(text: string): string[] {
  return tagListSchema.parse(wordsOf(text));
}

/** Says what a tag is where a line of text holds something else. */
export const holdsTags: ValidatorFn = holds(
  (text) => tagListSchema.safeParse(wordsOf(text)).success,
  `Up to ${MOST_TAGS} tags: words of up to 50 letters (a to z), digits and . _ : -`,
);

function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}
