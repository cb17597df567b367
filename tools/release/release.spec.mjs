import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { clientIdentity, releaseKeys } from '../build/client-identity.mjs';
import { main as makeKeyCommand } from './key.mjs';
import {
  describe as describeExecutable,
  makeKey,
  readKey,
  RELEASE_TYPE,
  signManifest,
} from './release.mjs';

describe('a release', () => {
  let folder;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'release-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is signed by the key that was made, and by no other', () => {
    const file = join(folder, 'key.json');
    const publicKey = makeKey(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(publicKey).toMatch(/^[\w-]{43}$/);
    expect(readKey(file).publicKey).toBe(publicKey);
    const [header, payload, signature] = signManifest(
      { version: '1.2.3' },
      readKey(file).privateKey,
    ).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url'))).toEqual({
      alg: 'EdDSA',
      typ: RELEASE_TYPE,
    });
    const isSignedBy = (x) =>
      verify(
        null,
        Buffer.from(`${header}.${payload}`),
        createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
      );
    expect(isSignedBy(publicKey)).toBe(true);
    expect(isSignedBy(makeKey(join(folder, 'other.json')))).toBe(false);
  });

  test('has the name that clients look for', () => {
    const contract = readFileSync(join(root, 'libs/client-protocol/src/update.ts'), 'utf8');
    expect(contract).toContain(`RELEASE_TYPE = '${RELEASE_TYPE}'`);
  });

  test('never replaces a key, and keeps keys out of the repository', () => {
    const file = join(folder, 'key.json');
    makeKey(file);
    expect(() => makeKey(file)).toThrow('exists already');
    expect(() => makeKeyCommand([join(root, 'key.json')])).toThrow('outside of the repository');
    expect(() => makeKeyCommand([])).toThrow('Use:');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'x'],
    ['another key', '{"kty":"RSA"}'],
    ['half a key', '{"kty":"OKP","crv":"Ed25519"}'],
  ])('is not signed by a file with %s', (_, content) => {
    const file = join(folder, 'key.json');
    writeFileSync(file, content);
    expect(() => readKey(file)).toThrow('holds no release key');
  });

  test('is made of a client only', async () => {
    const file = join(folder, 'client.exe');
    await expect(describeExecutable(file)).rejects.toThrow('is no file');
    writeFileSync(file, 'MZ and nothing more');
    await expect(describeExecutable(file)).rejects.toThrow('no Windows executable');
  });
});

describe('the keys of a build', () => {
  const key = 'A'.repeat(43);
  test('are those of the environment, or none', () => {
    expect(releaseKeys({})).toEqual([]);
    expect(releaseKeys({ FLEETMEND_RELEASE_PUBLIC_KEY: `${key}, ${'b'.repeat(43)}` })).toEqual([
      key,
      'b'.repeat(43),
    ]);
    expect(() => releaseKeys({ FLEETMEND_RELEASE_PUBLIC_KEY: 'short' })).toThrow('neither a key');
  });

  test('stand in for those of the sources, as does a version for tests', () => {
    const loads = [];
    clientIdentity({ keys: [key], version: '9.9.9' }).setup({
      onLoad: ({ filter }, load) => loads.push([filter, load]),
    });
    const of = (file) => {
      const path = join(root, file);
      return loads.find(([filter]) => filter.test(path))?.[1]({ path }).contents;
    };
    expect(of('apps/client/src/updates/release-keys.ts')).toContain(`["${key}"]`);
    expect(of('apps/client/src/version.ts')).toContain("CLIENT_VERSION = '9.9.9'");
    expect(of('apps/server/src/platform/config/version.ts')).toBeUndefined();
  });
});
