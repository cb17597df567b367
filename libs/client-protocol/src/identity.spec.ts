import { enrolmentRequestSchema, handshakeSchema, publicKeySchema } from './identity';

const publicKey = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const enrolment = {
  protocol: 1,
  token: 'x'.repeat(20),
  publicKey,
  hostname: 'PC-1',
  clientVersion: '0.1.0',
};

describe('a public key', () => {
  it('loses everything that is not public', () => {
    expect(publicKeySchema.parse({ ...publicKey, d: 'secret' })).toEqual(publicKey);
  });

  it.each<[string, object]>([
    ['of another curve', { ...publicKey, crv: 'X25519' }],
    ['of another type', { ...publicKey, kty: 'EC' }],
    ['that is too short', { ...publicKey, x: publicKey.x.slice(1) }],
    ['that is too long', { ...publicKey, x: `${publicKey.x}A` }],
    ['in plain base64', { ...publicKey, x: publicKey.x.replace('_', '/') }],
  ])('is refused %s', (_, key) => {
    expect(publicKeySchema.safeParse(key).success).toBe(false);
  });
});

describe('an enrolment', () => {
  it.each<[string, object, boolean]>([
    ['as it should be', {}, true],
    ['of a later protocol', { protocol: 2 }, true],
    ['with the machine’s GUID', { machineGuid: 'f'.repeat(36) }, true],
    ['of no protocol', { protocol: 0 }, false],
    ['with a short token', { token: 'x' }, false],
    ['with an endless token', { token: 'x'.repeat(201) }, false],
    ['without a hostname', { hostname: '' }, false],
    ['with an endless hostname', { hostname: 'x'.repeat(256) }, false],
  ])('%s', (_, change, taken) => {
    expect(enrolmentRequestSchema.safeParse({ ...enrolment, ...change }).success).toBe(taken);
  });
});

it.each<[string, unknown, boolean]>([
  ['complete', { protocol: 1, clientVersion: '0.1.0', proof: 'a.b.c' }, true],
  ['without proof', { protocol: 1, clientVersion: '0.1.0' }, false],
  ['with an endless proof', { protocol: 1, clientVersion: '1', proof: 'x'.repeat(2001) }, false],
  ['of unreadable hints', { protocol: 1, clientVersion: '1', proof: 'a', hints: 7 }, true],
  ['of no instance', { protocol: 1, clientVersion: '1', proof: 'a', instanceId: 'x' }, true],
  ['empty', {}, false],
  ['not there', undefined, false],
])('a handshake that is %s', (_, handshake, taken) => {
  expect(handshakeSchema.safeParse(handshake).success).toBe(taken);
});
