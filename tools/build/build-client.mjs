import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { npmPackage } from './npm-package.mjs';

/** Puts the native part of koffi for Windows into the bundle, where the sources have none. */
const embedAddon = {
  name: 'embed-addon',
  setup(build) {
    build.onLoad({ filter: /[\\/]windows[\\/]native[\\/]embedded-addon\.ts$/ }, async () => {
      const addon = join(await npmPackage('@koromix/koffi-win32-x64'), 'win32_x64', 'koffi.node');
      return {
        contents: `export { default as embeddedAddon } from ${JSON.stringify(addon)};`,
        resolveDir: '/',
      };
    });
  },
};

/** The client as one CommonJS file with everything in it. `entry` is for trials of a part. */
export const build = (entry = 'apps/client/src/main.ts', outfile = 'dist/apps/client/main.cjs') =>
  bundle(entry, outfile, {
    format: 'cjs',
    loader: { '.node': 'binary' },
    plugins: [embedAddon],
  });

if (import.meta.main) await build();
