import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { bundle } from './bundle.mjs';
import { clientIdentity } from './client-identity.mjs';
import { targets } from './client-targets.mjs';
import { leanClient } from './lean-client.mjs';

/** Today, or the day that a reproducible build is for (https://reproducible-builds.org/specs/source-date-epoch). */
function dayOfBuild() {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  return new Date(epoch ? Number(epoch) * 1000 : Date.now()).toISOString().slice(0, 10);
}

/**
 * The client as one CommonJS file with everything in it. `entry` and `plugins` are for trials of a part, `identity` for
 * another version and other release keys than this build has.
 */
export async function build(
  entry = 'apps/client/src/main.ts',
  outfile = targets.x64.bundle,
  identity = {},
  plugins = [],
) {
  await bundle(entry, outfile, {
    format: 'cjs',
    define: { __CLIENT_BUILT_AT__: JSON.stringify(dayOfBuild()) },
    // Names stay: they are what a stack trace in the log is read by.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [...plugins, leanClient, clientIdentity(identity)],
  });
  await onlyAscii(join(root, outfile));
}

/**
 * What esbuild leaves as it is (in regular expressions) is written with escapes: V8 keeps a source with one such
 * character in twice the memory.
 */
async function onlyAscii(file) {
  const source = await readFile(file, 'utf8');
  const escaped = source.replaceAll(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped !== source) await writeFile(file, escaped);
}

if (import.meta.main) await build();
