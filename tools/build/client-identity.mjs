import { existsSync, readFileSync } from 'node:fs';
import { expected } from '../bootstrap/places.mjs';

const VARIABLE = 'FLEETMEND_RELEASE_PUBLIC_KEY';
const KEY = /^[A-Za-z0-9_-]{43}$/;

/**
 * The public keys whose holders may publish clients, from the environment: keys as `npm run release:key` prints them,
 * or files that hold one, with commas between. None: the client will refuse every update.
 */
export function releaseKeys(env = process.env) {
  const given = (env[VARIABLE] ?? '').split(',').map((one) => one.trim());
  return given.filter(Boolean).map((one) => {
    const key = KEY.test(one) || !existsSync(one) ? one : readFileSync(one, 'utf8').trim();
    if (!KEY.test(key))
      throw expected(`${VARIABLE}: "${one}" is neither a key nor a file with one.`);
    return key;
  });
}

/** esbuild plugin: who may publish this client, and, for tests of updates, another version than the sources say. */
export const clientIdentity = ({ keys = releaseKeys(), version } = {}) => ({
  name: 'client-identity',
  setup(build) {
    const change = (filter, how) => {
      build.onLoad({ filter }, ({ path }) => ({
        contents: how(readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    };
    change(
      /[\\/]client[\\/]src[\\/]updates[\\/]release-keys\.ts$/,
      () => `export const releaseKeys: readonly string[] = ${JSON.stringify(keys)};`,
    );
    if (version) {
      change(/[\\/]client[\\/]src[\\/]version\.ts$/, (source) =>
        source.replace(/(CLIENT_VERSION = )'[^']*'/, `$1'${version}'`),
      );
    }
  },
});
