import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expected } from '../bootstrap/places.mjs';
import { readInfo } from '../build/executable-info.mjs';
import { targets } from '../build/client-targets.mjs';

/** As in libs/client-protocol, where a test compares both. */
export const RELEASE_TYPE = 'fleetmend-release+jws';

/** Makes a key pair. The private half goes into `file`, which must not exist; the public half is answered. */
export function makeKey(file) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = privateKey.export({ format: 'jwk' });
  try {
    writeFileSync(file, `${JSON.stringify(key)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = error.code === 'EEXIST' ? 'it exists already' : error.message;
    throw expected(`The key can't be written to "${file}": ${why}.`);
  }
  return key.x;
}

/** The private key in `file` and its public half. */
export function readKey(file) {
  let jwk;
  try {
    jwk = JSON.parse(readFileSync(file, 'utf8'));
    if (jwk.crv !== 'Ed25519') throw new Error('it is of another kind');
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return { privateKey, publicKey: createPublicKey(privateKey).export({ format: 'jwk' }).x };
  } catch (error) {
    throw expected(`"${file}" holds no release key: ${error.message}.`);
  }
}

/** What a manifest says of an executable: version and architecture as they stand in the executable itself. */
export async function describe(file, { minimumFromVersion, now = new Date() } = {}) {
  if (!existsSync(file)) throw expected(`"${file}" is no file. npm run build:client makes one.`);
  const { version, machine, product } = readInfo(file);
  if (product !== 'FleetMend Client') throw expected(`"${file}" is ${product}, not the client.`);
  const target = Object.values(targets).find((one) => one.machine === machine);
  if (!target) throw expected(`"${file}" is for a machine that the client is not made for.`);
  const number = /^\d+\.\d+\.\d+$/;
  for (const one of [version, minimumFromVersion].filter((value) => value !== undefined)) {
    if (!number.test(one))
      throw expected(`"${one}" is no version: take three numbers, as in 1.2.3.`);
  }
  return {
    version,
    architecture: target.arch,
    sha256: await digestOf(file),
    size: statSync(file).size,
    createdAt: now.toISOString(),
    ...(minimumFromVersion !== undefined && { minimumFromVersion }),
  };
}

/** A manifest as clients want it: a compact JWS. */
export function signManifest(manifest, privateKey) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'EdDSA', typ: RELEASE_TYPE })}.${encode(manifest)}`;
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}

async function digestOf(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
