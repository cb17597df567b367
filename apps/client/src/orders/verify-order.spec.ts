import { type OrderClaims, orderClaimsSchema } from '@fleetmend/client-protocol';
import { findPlaybook, PLAYBOOKS, validateParameters } from '@fleetmend/domain';
import * as fc from 'fast-check';
import { faultsOf } from '../playbooks/run-definition';
import { understandOrder } from './verify-order';

const NOW = new Date('2026-11-20T08:00:00Z');

const ownNames = PLAYBOOKS.flatMap(({ parameters }) => parameters.map(({ name }) => name));
const anyName = fc.oneof(
  fc.constantFrom(...ownNames, '__proto__', 'constructor', 'command', 'path'),
  fc.string(),
);
const anyValue = fc.oneof(
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(null, 'true', '1', -0, [], {}, [true], { valueOf: 1 }),
  fc.jsonValue(),
);
/** What a server that was taken over may sign: as JSON, so that every name is one of its own. */
const anyClaims = fc
  .record({
    iss: fc.uuid(),
    aud: fc.uuid(),
    jti: fc.uuid(),
    iat: fc.constant(1),
    exp: fc.constant(NOW.getTime() / 1000 + 60),
    mode: fc.constantFrom('execute', 'dry-run', 'undo', 'destroy'),
    playbook: fc.oneof(fc.constantFrom(...PLAYBOOKS.map(({ name }) => name)), fc.string()),
    playbookVersion: fc.oneof(
      fc.constantFrom(...PLAYBOOKS.map(({ version }) => version)),
      fc.nat(9),
    ),
    undoes: fc.option(fc.uuid(), { nil: undefined }),
    entries: fc.array(fc.tuple(anyName, anyValue), { maxLength: 4 }),
  })
  .map(({ entries, ...claims }): unknown => {
    const parameters = entries.map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
    return JSON.parse(
      `${JSON.stringify(claims).slice(0, -1)},"parameters":{${parameters.join(',')}}}`,
    );
  });

describe('understandOrder', () => {
  it('lets nothing through that the playbook does not declare, whatever was signed', () => {
    let understood = 0;
    fc.assert(
      fc.property(anyClaims, (json) => {
        const claims = orderClaimsSchema.safeParse(json);
        if (!claims.success) return;
        const order = understandOrder(claims.data, NOW);
        if (!order.ok) return;
        understood += 1;
        const { definition } = order;
        const playbook = findPlaybook(definition.playbook, definition.playbookVersion);
        expect(Object.keys(definition.parameters).sort()).toEqual(
          playbook?.parameters.map(({ name }) => name).sort(),
        );
        expect(faultsOf(definition)).toEqual([]);
        for (const { name, type } of playbook?.parameters ?? [])
          expect(typeof definition.parameters[name]).toBe(
            type === 'boolean' ? 'boolean' : 'number',
          );
      }),
      { numRuns: 2_000 },
    );
    // Otherwise this would prove nothing.
    expect(understood).toBeGreaterThan(50);
  });

  it.each(PLAYBOOKS.map((playbook) => [playbook.name, playbook] as const))(
    'refuses every parameter of %s that is beside what it declares',
    (_, playbook) => {
      const claims = (parameters: OrderClaims['parameters']): OrderClaims => ({
        ...{ iss: crypto.randomUUID(), aud: crypto.randomUUID(), jti: crypto.randomUUID() },
        ...{ iat: 1, exp: NOW.getTime() / 1000 + 60, mode: 'execute', parameters },
        ...{ playbook: playbook.name, playbookVersion: playbook.version },
      });
      const refused = { ok: false, reason: 'invalid-parameters' };
      expect(understandOrder(claims({}), NOW).ok).toBe(true);
      expect(understandOrder(claims({ undeclared: true }), NOW)).toMatchObject(refused);
      for (const parameter of playbook.parameters) {
        const wrong =
          parameter.type === 'boolean'
            ? [0, 1]
            : [true, 0.5, (parameter.minimum ?? 0) - 1, Number.MAX_SAFE_INTEGER];
        for (const value of wrong) {
          expect(validateParameters(playbook, { [parameter.name]: value }).ok).toBe(false);
          expect(understandOrder(claims({ [parameter.name]: value }), NOW)).toMatchObject(refused);
        }
      }
    },
  );
});
