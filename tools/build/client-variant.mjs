import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { build } from './build-client.mjs';
import { buildIfChanged } from './changed.mjs';
import { targets } from './client-targets.mjs';
import { pack } from './pack-client.mjs';

/** What programs for tests of updates are made of, if they are no clients. */
export const programs = {
  client: 'apps/client/src/main.ts',
  'ends-at-once': 'apps/client/testing/programs/ends-at-once.ts',
  'never-connects': 'apps/client/testing/programs/never-connects.ts',
};

/**
 * An executable for tests of updates: `program` in the version `version`, which takes releases that are signed by
 * `keys`. Answers the file, which is made where anything changed.
 */
export async function packVariant({ program = 'client', version, keys }) {
  const name = `${program}-${version}`;
  const folder = 'dist/client-variants';
  const target = {
    ...targets.x64,
    bundle: `${folder}/${name}.cjs`,
    output: `${folder}/${name}.exe`,
  };
  mkdirSync(dirname(join(root, target.output)), { recursive: true });
  await buildIfChanged({
    name: `client-variant-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`,
    inputs: ['apps/client', programs[program]],
    output: target.output,
    also: [version, ...keys].join(' '),
    build: async () => {
      await build(programs[program], target.bundle, { version, keys });
      await pack(target, version);
    },
  });
  return join(root, target.output);
}
