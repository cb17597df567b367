import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';

const PKCS12 = 'FLEETMEND_SIGN_PKCS12';
const PASSWORD = 'FLEETMEND_SIGN_PASSWORD';
const PASSWORD_FILE = 'FLEETMEND_SIGN_PASSWORD_FILE';
const TIMESTAMP = 'FLEETMEND_SIGN_TIMESTAMP_URL';

/**
 * What the environment says about signing; undefined where nothing is to be signed. Throws an expected error when it
 * says half of it.
 */
export function signing(env = process.env) {
  const given = [PASSWORD, PASSWORD_FILE, TIMESTAMP].filter((name) => env[name]);
  if (!env[PKCS12]) {
    if (given.length > 0) throw expected(`${given.join(', ')} is set, but ${PKCS12} is not.`);
    return undefined;
  }
  for (const name of [PKCS12, PASSWORD_FILE]) {
    if (env[name] && !existsSync(env[name])) throw expected(`${name}: "${env[name]}" is no file.`);
  }
  if (env[PASSWORD] && env[PASSWORD_FILE]) {
    throw expected(`Set ${PASSWORD} or ${PASSWORD_FILE}, not both.`);
  }
  return {
    pkcs12: env[PKCS12],
    password: env[PASSWORD],
    passwordFile: env[PASSWORD_FILE],
    timestamp: env[TIMESTAMP],
  };
}

/** Signs a file in place, where the environment has a certificate. Answers whether it did. */
export async function sign(file, how = signing()) {
  if (how === undefined) return false;
  const fresh = `${file}.signed-${process.pid}`;
  const secret = how.passwordFile ?? `${fresh}.password`;
  try {
    // Others can read the arguments of a process, so the password is handed over in a file.
    if (!how.passwordFile) writeFileSync(secret, how.password ?? '', { mode: 0o600, flag: 'wx' });
    await osslsigncode([
      ...['sign', '-pkcs12', how.pkcs12, '-readpass', secret, '-h', 'sha256'],
      ...['-n', 'FleetMend Client'],
      ...(how.timestamp ? ['-ts', how.timestamp] : []),
      ...['-in', file, '-out', fresh],
    ]);
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
    if (!how.passwordFile) rmSync(secret, { force: true });
  }
  return true;
}

/** A signed copy of a file that isn't ours to change; the file itself where nothing is signed. */
export async function signedCopy(file, how = signing()) {
  if (how === undefined) return file;
  const folder = join(root, 'dist', 'signed', createHash('sha256').update(file).digest('hex'));
  mkdirSync(folder, { recursive: true });
  const copy = join(folder, basename(file));
  copyFileSync(file, copy);
  await sign(copy, how);
  return copy;
}

/** Says of what was built whether it is signed. */
export const signature = (how = signing()) =>
  how === undefined
    ? `unsigned: ${PKCS12} is not set`
    : `signed${how.timestamp ? ' and timestamped' : `, without a timestamp: ${TIMESTAMP} is not set`}`;

async function osslsigncode(args) {
  const child = spawn('osslsigncode', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (told += text));
  const [code] = await once(child, 'close').catch((error) => {
    throw expected(`osslsigncode can't be run: ${error.message}. Debian has it as a package.`);
  });
  if (code !== 0) throw expected(`osslsigncode could not sign:\n${told.trim()}`);
}
