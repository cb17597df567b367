import { orderClaimsSchema } from '@fleetmend/client-protocol';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify, importJWK } from 'jose';
import { OrderSigner } from './order-signer';
import { serverIdentity } from './server-identity';

describe('the server’s key', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-key-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is made once, for this user only, and leaves nothing else behind', () => {
    const file = join(folder, 'data', 'server-key.json');
    const made = serverIdentity(file);
    expect(serverIdentity(file)).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['server-key.json']);
  });

  it('is never replaced when it is damaged', () => {
    const file = join(folder, 'server-key.json');
    serverIdentity(file);
    truncateSync(file, 20);
    expect(() => serverIdentity(file)).toThrow(/can't be read/);
    truncateSync(file, 0);
    expect(() => serverIdentity(file)).toThrow(/can't be read/);
    expect(statSync(file).size).toBe(0);
  });

  it('signs orders that its public half verifies', async () => {
    const signer = new OrderSigner(serverIdentity(join(folder, 'server-key.json')));
    const claims = {
      aud: randomUUID(),
      jti: randomUUID(),
      iat: 1,
      exp: 2,
      mode: 'dry-run',
      playbook: 'reset-software-distribution',
      playbookVersion: 1,
      parameters: {},
    } as const;
    const order = await signer.sign(claims);
    const key = await importJWK({ ...signer.publicKey }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(order, key);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'fleetmend-order+jwt' });
    const read = orderClaimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    expect(read).toEqual({ ...claims, iss: signer.serverId });
    expect(JSON.stringify(signer.publicKey)).not.toMatch(/"d"/);
  });
});
