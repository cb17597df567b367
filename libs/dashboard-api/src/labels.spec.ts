import { labelsRequestSchema } from './labels';
import { machineFilterSchema, machineQuerySchema } from './machines';
import { siteSchema, tagSchema } from './tags';

const selection = { type: 'machines', machineIds: ['0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11'] };

it.each<[string, boolean]>([
  ['vip', true],
  ['ring:1', true],
  ['a', true],
  ['9.x_y-z', true],
  ['x'.repeat(50), true],
  ['x'.repeat(51), false],
  ['', false],
  ['-vip', false],
  ['two words', false],
  ['a,b', false],
  ['größe', false],
])('the tag %j', (tag, taken) => {
  expect(tagSchema.safeParse(tag).success).toBe(taken);
});

it('a tag is in lower case and a site as written, both without the blanks around', () => {
  expect(tagSchema.parse(' VIP ')).toBe('vip');
  expect(siteSchema.parse(' Köln Süd ')).toBe('Köln Süd');
});

describe('new labels', () => {
  it.each<[string, object, boolean]>([
    ['add', { addTags: ['a'] }, true],
    ['remove', { removeTags: ['a'] }, true],
    ['set the site', { site: 'Berlin' }, true],
    ['take the site away', { site: null }, true],
    ['change nothing', {}, false],
    ['change nothing, in many words', { addTags: [], removeTags: [] }, false],
    ['contradict themselves', { addTags: ['a', 'b'], removeTags: ['B'] }, false],
    ['set an empty site', { site: ' ' }, false],
    ['set an endless site', { site: 'x'.repeat(101) }, false],
    ['say something unknown', { addTags: ['a'], tags: ['b'] }, false],
    ['add too many', { addTags: Array.from({ length: 51 }, (_, index) => `t${index}`) }, false],
  ])('that %s', (_, change, taken) => {
    expect(labelsRequestSchema.safeParse({ selection, ...change }).success).toBe(taken);
  });
});

describe('tags of a filter', () => {
  it.each<[unknown, string[]]>([
    ['vip', ['vip']],
    ['vip,Ring:1,vip', ['vip', 'ring:1']],
    [
      ['vip', 'lab'],
      ['vip', 'lab'],
    ],
    ['', []],
  ])('%j', (tag, read) => {
    expect(machineQuerySchema.parse({ tag }).tag).toEqual(read);
    expect(machineFilterSchema.parse({ tag }).tag).toEqual(read);
  });

  it('are refused where they can’t be tags', () => {
    expect(machineFilterSchema.safeParse({ tag: ['%'] }).success).toBe(false);
    expect(machineQuerySchema.safeParse({ tag: 'a b' }).success).toBe(false);
  });
});
