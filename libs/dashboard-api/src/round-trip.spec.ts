import { PHASES } from '@fleetmend/domain';
import fc from 'fast-check';
import type * as z from 'zod';
import { auditQuerySchema } from './audit';
import { fingerprintQuerySchema } from './fingerprints';
import { machineQuerySchema } from './machines';
import { labelsRequestSchema } from './labels';
import { newRemediationSchema, runQuerySchema } from './remediations';
import { newSavedFilterSchema } from './saved-filters';
import { selectionSchema } from './selection';
import { newEnrolmentTokenSchema } from './enrolment-tokens';
import { changesSchema } from './live';
import { newUserSchema } from './users';

const some = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { requiredKeys: [] });
const id = fc.uuid();
const text = (maxLength: number) => fc.string({ maxLength, unit: 'grapheme-ascii' });
const page = { cursor: text(500), limit: fc.integer({ min: 1, max: 200 }) };
const tags = fc.array(fc.stringMatching(/^[A-Za-z0-9][a-z0-9._:-]{0,49}$/), { maxLength: 20 });
const filter = some({
  ...{ search: text(200), online: fc.boolean(), failing: fc.boolean() },
  ...{ osFamily: text(100), fingerprintId: id, code: text(40) },
  ...{ site: text(100), tag: tags, model: text(200), withoutSite: fc.boolean() },
});

/** A query as a browser sends it. */
const asText = (query: object) =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );

describe.each<[string, z.ZodType<object>, fc.Arbitrary<object>]>([
  [
    'machines',
    machineQuerySchema,
    fc
      .tuple(filter, some({ ...page, sort: fc.constantFrom('hostname', 'last-seen') }))
      .map(([a, b]) => ({ ...a, ...b })),
  ],
  [
    'failures',
    fingerprintQuerySchema,
    some({
      ...page,
      search: text(200),
      state: fc.constantFrom('open', 'all'),
      phase: fc.constantFrom(...PHASES),
    }),
  ],
  [
    'runs',
    runQuerySchema,
    some({ ...page, state: fc.constantFrom('active', 'ended', 'all'), machineId: id }),
  ],
  ['the audit log', auditQuerySchema, some({ ...page, actor: text(254), action: text(100) })],
])('a query of %s', (_, schema, queries) => {
  it('that was read says the same when it is sent again', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const read = schema.parse(asText(query));
        expect(schema.parse(asText(read))).toEqual(read);
      }),
    );
  });
});

const selection = fc.oneof(
  fc.record({
    type: fc.constant('machines'),
    machineIds: fc.array(id, { minLength: 1, maxLength: 20 }),
  }),
  fc
    .tuple(filter, some({ except: fc.array(id, { maxLength: 20 }) }))
    .map(([chosen, more]) => ({ type: 'matching', filter: chosen, ...more })),
);
const parameters = fc.dictionary(
  fc.stringMatching(/^[a-z][A-Za-z]{0,20}$/),
  fc.oneof(fc.boolean(), fc.integer()),
);
const padded = (least: number, most: number) =>
  fc
    .tuple(
      fc.stringMatching(new RegExp(`^[a-z]{${least},${most}}$`)),
      fc.constantFrom('', ' ', '\t'),
    )
    .map(([inner, space]) => `${space}${inner}${space}`);

describe.each<[string, z.ZodType, fc.Arbitrary<unknown>]>([
  ['a selection', selectionSchema, selection],
  [
    'a remediation',
    newRemediationSchema,
    fc
      .tuple(
        fc.record({
          ...{ playbook: fc.string({ minLength: 1, maxLength: 100 }), selection, requestId: id },
          expectedMachines: fc.integer({ min: 1 }),
        }),
        some({ parameters, mode: fc.constantFrom('execute', 'dry-run'), fingerprintId: id }),
        some({ overrideReason: padded(3, 400), expiresInHours: fc.integer({ min: 1, max: 720 }) }),
      )
      .map((parts): unknown => Object.assign({}, ...parts)),
  ],
  [
    'an enrolment token',
    newEnrolmentTokenSchema,
    fc.record({
      label: padded(1, 90),
      expiresInHours: fc.integer({ min: 1, max: 8760 }),
      maximumUses: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
      ...{ site: fc.option(padded(1, 90)), tags },
    }),
  ],
  ['new labels', labelsRequestSchema, fc.record({ selection, addTags: tags, site: padded(1, 90) })],
  [
    'a saved filter',
    newSavedFilterSchema,
    fc.record({ name: padded(1, 90), filter, shared: fc.boolean() }),
  ],
  [
    'a user',
    newUserSchema,
    fc.record({
      email: padded(1, 20).map((name) => ` ${name.trim().toUpperCase()}@Example.org `),
      name: padded(1, 90),
      role: fc.constantFrom('viewer', 'operator', 'administrator'),
      password: fc.string({ minLength: 12, maxLength: 256 }),
    }),
  ],
  [
    'what changed',
    changesSchema,
    fc.record({
      ...{ machines: fc.array(id), fingerprints: fc.array(id), runs: fc.array(id) },
      ...{ remediations: fc.array(id), campaigns: fc.array(id), truncated: fc.boolean() },
      lists: fc.subarray(['enrolment-tokens', 'users', 'audit']),
    }),
  ],
])('%s', (_, schema, given) => {
  it('that was read is read the same after it was sent on', () => {
    fc.assert(
      fc.property(given, (one) => {
        const read = schema.parse(JSON.parse(JSON.stringify(one)));
        expect(schema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
      }),
    );
  });
});
