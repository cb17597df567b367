import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { expected, root } from '../bootstrap/places.mjs';

/**
 * One bundle for Node: our own code and libraries in one file, with a source map. Options are esbuild's.
 * Throws an expected error where the sources don't build; esbuild has printed why.
 */
export const bundle = (entry, outfile, options) =>
  build({
    entryPoints: [join(root, entry)],
    outfile: join(root, outfile),
    bundle: true,
    platform: 'node',
    target: 'node24',
    sourcemap: true,
    tsconfig: join(root, 'tsconfig.base.json'),
    logLevel: 'warning',
    ...options,
  })
    .catch((error) => {
      throw expected(
        `${entry} could not be built: ${error.errors?.length ?? 1} error(s), see above.`,
      );
    })
    .finally(stop); // its helper process would stay for as long as `npm start` runs
