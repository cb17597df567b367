import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modules } from '../bootstrap/places.mjs';
import { searchSystemLibrariesOnly } from './system-libraries.mjs';

/**
 * A program that waits all day needs no room for much that is new at once, and may say when it has settled
 * (docs/performance.md has the figures).
 */
export const memoryFlags = ['--max-semi-space-size=1', '--expose-gc'];

/**
 * How Node starts inside the executable. It runs as SYSTEM: the environment must not be able to load code into it
 * (NODE_OPTIONS) or libraries (a configuration of OpenSSL), and no debugger may be waked in it.
 */
export const seaConfig = {
  execArgv: [
    ...memoryFlags,
    '--disable-sigusr1',
    // A file that is always there and always empty, in place of OPENSSL_CONF and OpenSSL's own default.
    '--openssl-config=NUL',
  ],
  execArgvExtension: 'none',
};

/** `-t TARGET -o OUTPUT --asset NAME=FILE ENTRY` of pkg's simple SEA mode, whose command line knows no configuration of SEA. */
async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      target: { type: 'string', short: 't' },
      output: { type: 'string', short: 'o' },
      asset: { type: 'string', multiple: true, default: [] },
    },
  });
  const [nodeRange, platform, arch] = values.target.split('-');
  const { default: sea } = createRequire(import.meta.url)(
    join(modules, '@yao-pkg/pkg/lib-es5/sea.js'),
  );
  const assets = Object.fromEntries(values.asset.map((one) => one.split(/=(.*)/s)));
  const target = { nodeRange, platform, arch, output: values.output };
  await sea(positionals[0], {
    targets: [target],
    signature: false,
    seaConfig: { ...seaConfig, assets },
  });
  searchSystemLibrariesOnly(values.output);
}

if (import.meta.main) await main(process.argv.slice(2));
