import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { expected } from '../bootstrap/places.mjs';
import { describe, readKey, signManifest } from './release.mjs';

const USE = 'Use: npm run release:sign -- EXECUTABLE --key FILE [--minimum-from VERSION]';

/** `npm run release:sign`: writes EXECUTABLE.release, which the server is given together with the executable. */
export async function main(args) {
  const { file, key, minimumFromVersion } = read(args);
  const { privateKey, publicKey } = readKey(key);
  const manifest = await describe(file, { minimumFromVersion });
  const output = `${file}.release`;
  writeFileSync(output, `${signManifest(manifest, privateKey)}\n`);
  console.log(`${output}: version ${manifest.version} for ${manifest.architecture}, ${manifest.size} bytes,
SHA-256 ${manifest.sha256}, signed for clients that were built with ${publicKey}.`);
  return 0;
}

function read(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { key: { type: 'string' }, 'minimum-from': { type: 'string' } },
    });
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0 || !values.key) throw new Error('Something is missing.');
    return { file, key: values.key, minimumFromVersion: values['minimum-from'] };
  } catch (error) {
    throw expected(`${error.message}\n${USE}`);
  }
}
