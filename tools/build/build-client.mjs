import { bundle } from './bundle.mjs';
import { clientIdentity } from './client-identity.mjs';
import { addonOf, targets } from './client-targets.mjs';
import { signedCopy } from './sign.mjs';

/** Puts the native part of koffi for Windows into the bundle, where the sources have none. */
const embedAddon = (target) => ({
  name: 'embed-addon',
  setup(build) {
    build.onLoad({ filter: /[\\/]windows[\\/]native[\\/]embedded-addon\.ts$/ }, async () => {
      const addon = await signedCopy(await addonOf(target));
      return {
        contents: `export { default as embeddedAddon } from ${JSON.stringify(addon)};`,
        resolveDir: '/',
      };
    });
  },
});

/** Today, or the day that a reproducible build is for (https://reproducible-builds.org/specs/source-date-epoch). */
function dayOfBuild() {
  const epoch = process.env['SOURCE_DATE_EPOCH'];
  return new Date(epoch ? Number(epoch) * 1000 : Date.now()).toISOString().slice(0, 10);
}

/**
 * The client as one CommonJS file with everything in it. `entry` is for trials of a part, `identity` for another version
 * and other release keys than this build has.
 */
export const build = (
  entry = 'apps/client/src/main.ts',
  outfile = targets.x64.bundle,
  target = targets.x64,
  identity = {},
) =>
  bundle(entry, outfile, {
    format: 'cjs',
    loader: { '.node': 'binary' },
    define: { __CLIENT_BUILT_AT__: JSON.stringify(dayOfBuild()) },
    plugins: [embedAddon(target), clientIdentity(identity)],
  });

if (import.meta.main) await build();
