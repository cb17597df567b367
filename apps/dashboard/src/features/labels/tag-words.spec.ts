import { FormControl } from '@angular/forms';
import { problemOf } from '../../design/contract-validator';
import { holdsTags, tagsOf } from './tag-words';

it.each<[string, string[]]>([
  ['', []],
  [' VIP, ring:1;ring:1\tlab ', ['vip', 'ring:1', 'lab']],
])('the tags of %j', (text, tags) => {
  expect(tagsOf(text)).toEqual(tags);
});

it.each<[string, boolean]>([
  ['vip lab', true],
  ['', true],
  ['-vip', false],
  ['größe', false],
  ['x'.repeat(51), false],
  [Array.from({ length: 51 }, (_, index) => `t${index}`).join(' '), false],
])('%s can be tags: %s', (text, taken) => {
  const problem = problemOf(new FormControl(text, { validators: holdsTags }));
  expect(problem === null).toBe(taken);
});
