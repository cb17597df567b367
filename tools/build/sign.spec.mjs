import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianTools } from '../test/debian-tools.mjs';
import { buildMsi } from './build-msi.mjs';
import { addonOf, targets } from './client-targets.mjs';
import { sign, signature, signing } from './sign.mjs';

const missing = debianTools('osslsigncode', 'openssl');
if (missing) console.warn(`Signing is not tested: ${missing}`);
const withTools = missing ? test.skip : test;
const withInstaller = debianTools('wixl', 'msibuild') ? test.skip : withTools;

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetmend-sign-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (program, ...args) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder });
  return { status, told: `${stdout}${stderr}` };
};

/** A certificate that nobody but this test trusts, and the environment that names it. */
function certificate(password) {
  const subject = ['-subj', '/CN=FleetMend test', '-addext', 'extendedKeyUsage=codeSigning'];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem'];
  expect(run('openssl', 'req', '-x509', ...key, '-days', '2', ...subject).status).toBe(0);
  const files = ['-inkey', 'key.pem', '-in', 'cert.pem', '-out', 'cert.p12'];
  expect(run('openssl', 'pkcs12', '-export', ...files, '-passout', `pass:${password}`).status).toBe(
    0,
  );
  writeFileSync(join(folder, 'password'), `${password}\n`);
  return { FLEETMEND_SIGN_PKCS12: join(folder, 'cert.p12') };
}

const verify = (file) => run('osslsigncode', 'verify', '-CAfile', 'cert.pem', '-in', file);

describe('signing', () => {
  withTools('by a certificate with a password, which stands in no argument', async () => {
    const env = certificate('secret words');
    const file = join(folder, 'koffi.node');
    copyFileSync(await addonOf(targets.x64), file);
    expect(await sign(file, signing({ ...env, FLEETMEND_SIGN_PASSWORD: 'secret words' }))).toBe(
      true,
    );
    expect(verify(file)).toMatchObject({ status: 0 });
    expect(verify(file).told).toContain('FleetMend test');
    expect(readdirSync(folder).sort()).toEqual([
      ...['cert.p12', 'cert.pem', 'key.pem', 'koffi.node', 'password'],
    ]);

    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
    expect(verify(file).status).not.toBe(0);
  });

  withTools('by a password that a file holds; a wrong one changes nothing', async () => {
    const env = certificate('other words');
    const file = join(folder, 'koffi.node');
    const original = await addonOf(targets.x64);
    copyFileSync(original, file);
    const wrong = signing({ ...env, FLEETMEND_SIGN_PASSWORD: 'wrong' });
    await expect(sign(file, wrong)).rejects.toThrow('could not sign');
    expect(readFileSync(file).equals(readFileSync(original))).toBe(true);
    await sign(file, signing({ ...env, FLEETMEND_SIGN_PASSWORD_FILE: join(folder, 'password') }));
    expect(verify(file).status).toBe(0);
  });

  withInstaller('of a Windows Installer package', async () => {
    const env = certificate('words');
    const file = join(folder, 'client.msi');
    const executable = await addonOf(targets.x64);
    await buildMsi({ executable, version: '1.2.3', arch: 'x64', output: file });
    expect(verify(file).status).not.toBe(0);
    await sign(file, signing({ ...env, FLEETMEND_SIGN_PASSWORD: 'words' }));
    expect(verify(file)).toMatchObject({ status: 0 });
  });

  test('is left out where there is no certificate, which is said', async () => {
    expect(signing({})).toBeUndefined();
    expect(await sign('/nowhere', undefined)).toBe(false);
    expect(signature(undefined)).toMatch(/^unsigned/);
  });

  test.each([
    [{ FLEETMEND_SIGN_PASSWORD: 'x' }, 'FLEETMEND_SIGN_PKCS12 is not'],
    [{ FLEETMEND_SIGN_TIMESTAMP_URL: 'x' }, 'FLEETMEND_SIGN_PKCS12 is not'],
    [{ FLEETMEND_SIGN_PKCS12: '/nowhere.p12' }, 'is no file'],
    [
      {
        FLEETMEND_SIGN_PKCS12: import.meta.filename,
        FLEETMEND_SIGN_PASSWORD: 'x',
        FLEETMEND_SIGN_PASSWORD_FILE: import.meta.filename,
      },
      'not both',
    ],
  ])('refuses half of it: %j', (env, text) => {
    expect(() => signing(env)).toThrow(text);
  });
});
