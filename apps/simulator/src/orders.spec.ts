import { randomUUID } from 'node:crypto';
import type { OrderClaims } from '@fleetmend/client-protocol';
import type { RunRecord } from '@fleetmend/simulation';
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose';
import { type Identity, identitySchema } from './identity';
import { judgeOrder } from './orders';

const machineId = randomUUID();
const serverId = randomUUID();
const now = 1_795_176_000_000;
const earlier = randomUUID();

let identity: Identity;
let serverKey: CryptoKey;
let strangersKey: CryptoKey;

beforeAll(async () => {
  const make = () => generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const [server, machine, stranger] = await Promise.all([make(), make(), make()]);
  serverKey = server.privateKey;
  strangersKey = stranger.privateKey;
  identity = identitySchema.parse({
    machineId,
    serverId,
    serverKey: await exportJWK(server.publicKey),
    privateKey: await exportJWK(machine.privateKey),
  });
});

const claims: OrderClaims = {
  iss: serverId,
  aud: machineId,
  jti: randomUUID(),
  iat: now / 1000,
  exp: now / 1000 + 60,
  mode: 'execute',
  playbook: 'reset-software-distribution',
  playbookVersion: 2,
  parameters: { verifyMinutes: 5 },
};

async function order(change: object = {}, header: object = {}, key = serverKey): Promise<string> {
  return new SignJWT({ ...claims, ...change })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'fleetmend-order+jwt', ...header })
    .sign(key);
}

async function judge(
  token: string,
  runs: Record<string, RunRecord> = {},
  settled: readonly string[] = [],
) {
  const known = new Map(Object.entries(runs));
  return judgeOrder(token, { identity, runs: known, settled: new Set(settled), now });
}

const ended: RunRecord = { mode: 'execute', next: 9, ended: true, changed: true };

describe('judgeOrder', () => {
  it('begins what is signed, addressed, in time and known', async () => {
    expect(await judge(await order())).toMatchObject({
      kind: 'begin',
      parameters: { ignorePendingRestart: false, verifyMinutes: 5 },
    });
  });

  it.each<[string, object, object, string]>([
    ['without the type', {}, { typ: 'JWT' }, 'malformed-order'],
    ['that is a proof', {}, { typ: 'fleetmend-proof+jwt' }, 'malformed-order'],
    ['without machine', { aud: undefined }, {}, 'malformed-order'],
    ['with a command', { parameters: { command: 'del' } }, {}, 'malformed-order'],
    ['of another server', { iss: machineId }, {}, 'wrong-server'],
    ['for another machine', { aud: serverId }, {}, 'wrong-machine'],
  ])('rejects an order %s', async (_, change, header, reason) => {
    expect(await judge(await order(change, header))).toMatchObject({ kind: 'reject', reason });
  });

  it.each(['', 'x', 'a.b', 'a.b.c', `${'e'.repeat(4000)}.e.e`])('rejects %j', async (token) => {
    expect(await judge(token)).toMatchObject({ kind: 'reject', reason: 'malformed-order' });
  });

  it('rejects what another key signed, also when it brings that key along', async () => {
    const jwk = await exportJWK(strangersKey);
    const token = await order({}, { jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x } }, strangersKey);
    expect(await judge(token)).toMatchObject({ kind: 'reject', reason: 'bad-signature' });
  });

  it('rejects what was changed after it was signed, and what is not signed at all', async () => {
    const [header, , signature] = (await order()).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const changed = `${header}.${encode({ ...claims, exp: claims.exp + 1 })}.${signature}`;
    expect(await judge(changed)).toMatchObject({ kind: 'reject', reason: 'bad-signature' });
    const none = `${encode({ alg: 'none', typ: 'fleetmend-order+jwt' })}.${encode(claims)}.`;
    expect(await judge(none)).toMatchObject({ kind: 'reject', reason: 'malformed-order' });
  });

  it.each<[string, object, Record<string, RunRecord>, string]>([
    ['late', { exp: now / 1000 }, {}, 'expired-order'],
    ['of an unknown playbook', { playbook: 'format-disk' }, {}, 'unknown-playbook'],
    ['of an unknown version', { playbookVersion: 3 }, {}, 'unknown-playbook-version'],
    ['with wrong parameters', { parameters: { verifyMinutes: 0 } }, {}, 'invalid-parameters'],
    ['to undo nothing', { mode: 'undo' }, {}, 'nothing-to-undo'],
    ['to undo the unknown', { mode: 'undo', undoes: earlier }, {}, 'nothing-to-undo'],
    [
      'to undo what changed nothing',
      { mode: 'undo', undoes: earlier },
      { [earlier]: { ...ended, changed: false } },
      'nothing-to-undo',
    ],
    ['beside another run', {}, { [earlier]: { ...ended, ended: false } }, 'another-run-is-active'],
  ])('refuses an order %s', async (_, change, runs, reason) => {
    expect(await judge(await order(change), runs)).toMatchObject({ kind: 'refuse', reason });
  });

  it('takes a run back that left something', async () => {
    const token = await order({ mode: 'undo', undoes: earlier });
    expect(await judge(token, { [earlier]: ended })).toMatchObject({ kind: 'begin' });
  });

  it.each<[string, Partial<RunRecord>, readonly string[], object]>([
    ['is going on', { ended: false }, [], { kind: 'ignore' }],
    ['had something to tell yet', {}, [], { kind: 'ignore' }],
    ['had ended for the server, too', {}, [claims.jti], { reason: 'replayed-order' }],
  ])('does not begin a run again that %s', async (_, run, settled, decision) => {
    const runs = { [claims.jti]: { ...ended, ...run } };
    expect(await judge(await order(), runs, settled)).toMatchObject(decision);
  });
});
