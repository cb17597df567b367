import { PLAYBOOKS } from '@fleetmend/domain';
import { fetchOrdersAckSchema, orderClaimsSchema, parametersSchema } from './order';

const order = {
  iss: '7b0a4a5e-9a4e-4f67-8b15-0b1c6d9a7e42',
  aud: '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11',
  jti: '9e8d7c6b-5a49-4837-a625-140312f1e0d9',
  iat: 1795176240,
  exp: 1795262640,
  mode: 'execute',
  playbook: 'reset-software-distribution',
  playbookVersion: 1,
  parameters: {},
};

describe('an order', () => {
  it.each<[string, object, boolean]>([
    ['as it should be', {}, true],
    ['of a playbook that this version doesn’t know', { playbook: 'later' }, true],
    ['with a claim of a later version', { nbf: 1 }, true],
    ['to undo', { mode: 'undo', undoes: '0b0f6c7e-5f36-4a5c-8f0b-5d2f7a9f1c11' }, true],
    ['of an unknown mode', { mode: 'destroy' }, false],
    ['of no version', { playbookVersion: 0 }, false],
    ['without expiry', { exp: undefined }, false],
    ['with a broken expiry', { exp: 1.5 }, false],
    ['for several machines', { aud: [order.aud] }, false],
    ['without a run', { jti: undefined }, false],
    ['with a command', { parameters: { command: 'del' } }, false],
  ])('%s', (_, change, taken) => {
    expect(orderClaimsSchema.safeParse({ ...order, ...change }).success).toBe(taken);
  });

  it('can carry the defaults of every playbook', () => {
    for (const { parameters } of PLAYBOOKS) {
      const defaults = Object.fromEntries(parameters.map((p) => [p.name, p.default]));
      expect(parametersSchema.parse(defaults)).toEqual(defaults);
    }
  });
});

it.each<[string, unknown, boolean]>([
  ['no orders', { ok: true, orders: [] }, true],
  ['an order', { ok: true, orders: ['a.b.c'] }, true],
  ['too many orders', { ok: true, orders: Array(101).fill('a.b.c') }, false],
  ['an endless order', { ok: true, orders: ['x'.repeat(8001)] }, false],
  ['a refusal', { ok: false, code: 'server-error', message: '' }, true],
  ['a refusal with a code of its own', { ok: false, code: 'nope', message: '' }, false],
])('the answer to fetch-orders: %s', (_, answer, understood) => {
  expect(fetchOrdersAckSchema.safeParse(answer).success).toBe(understood);
});
