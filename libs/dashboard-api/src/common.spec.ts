import fc from 'fast-check';
import * as z from 'zod';
import { apiErrorSchema, idSchema, instant, pageOf, pageQuerySchema, queryFlag } from './common';

describe('the query of a page', () => {
  it.each<[string, unknown, number]>([
    ['left out', undefined, 50],
    ['the least', '1', 1],
    ['the most', '200', 200],
    ['a number', 7, 7],
  ])('takes a limit that is %s', (_, limit, read) => {
    expect(pageQuerySchema.parse({ limit })).toEqual({ limit: read });
  });

  it.each([
    ['0'],
    ['201'],
    ['-1'],
    ['1.5'],
    ['many'],
    [''],
    [null],
    ['NaN'],
    ['Infinity'],
    [['5', '6']],
  ])('refuses the limit %j', (limit) => {
    expect(pageQuerySchema.safeParse({ limit }).success).toBe(false);
  });

  it('takes a cursor as it is, up to a length', () => {
    expect(pageQuerySchema.parse({ cursor: ' a/b== ' }).cursor).toBe(' a/b== ');
    expect(pageQuerySchema.parse({ cursor: 'x'.repeat(500) }).cursor).toHaveLength(500);
    expect(pageQuerySchema.safeParse({ cursor: 'x'.repeat(501) }).success).toBe(false);
    expect(pageQuerySchema.safeParse({ cursor: ['a', 'b'] }).success).toBe(false);
  });
});

describe('a flag of a query', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('reads %j', (text, flag) => {
    expect(queryFlag.parse(text)).toBe(flag);
  });

  // Everything else would be true to JavaScript, "0" and "no" included.
  it.each([['1'], ['0'], ['no'], ['TRUE'], [''], [true], [null], [['true']]])(
    'refuses %j',
    (text) => {
      expect(queryFlag.safeParse(text).success).toBe(false);
    },
  );
});

describe('an instant', () => {
  it.each([
    ['2026-11-20T12:00:00Z', true],
    ['2026-11-20T12:00:00.123Z', true],
    ['2026-11-20T12:00:00+01:00', false],
    ['2026-11-20T12:00:00', false],
    ['2026-11-20', false],
    ['2026-02-30T12:00:00Z', false],
    ['yesterday', false],
    [0, false],
  ])('%j', (text, taken) => {
    expect(instant.safeParse(text).success).toBe(taken);
  });

  it('is what every Date says of itself', () => {
    const within = {
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(within), (date) => {
        expect(instant.parse(date.toISOString())).toBe(date.toISOString());
      }),
    );
  });
});

it.each([
  ['0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11', true],
  ['0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c1', false],
  ['{0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11}', false],
  ["' OR 1=1 --", false],
  ['../../users', false],
  ['', false],
])('the id %j', (id, taken) => {
  expect(idSchema.safeParse(id).success).toBe(taken);
});

describe('a page', () => {
  const page = pageOf(z.object({ name: z.string() }));

  it('says whether there is another, and how many match where that was counted', () => {
    expect(page.parse({ items: [], next: null })).toEqual({ items: [], next: null });
    const second = { items: [{ name: 'a' }], next: 'x', total: 3 };
    expect(page.parse(second)).toEqual(second);
  });

  it.each([
    ['without an end', { items: [] }],
    ['with an item that is none', { items: [{}], next: null }],
    ['without items', { next: null }],
    ['with half a total', { items: [], next: null, total: 1.5 }],
  ])('is refused %s', (_, answer) => {
    expect(page.safeParse(answer).success).toBe(false);
  });
});

it('an error of a later server, with more in it, is still an error', () => {
  const error = { code: 'brand-new', message: 'Something new.', later: true };
  expect(apiErrorSchema.parse(error)).toEqual({ code: 'brand-new', message: 'Something new.' });
});
