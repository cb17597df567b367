import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modules } from '../bootstrap/places.mjs';
import { searchSystemLibrariesOnly } from './system-libraries.mjs';

/**
 * How Node starts inside the executable. It runs as SYSTEM: the environment must not be able to load code into it
 * (NODE_OPTIONS) or libraries (a configuration of OpenSSL), and no debugger may be waked in it.
 */
export const seaConfig = {
  execArgv: [
    '--disable-sigusr1',
    // A file that is always there and always empty, in place of OPENSSL_CONF and OpenSSL's own default.
    '--openssl-config=NUL',
  ],
  execArgvExtension: 'none',
};

/** `-t TARGET -o OUTPUT ENTRY` of pkg's simple SEA mode, whose command line knows no configuration of SEA. */
async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      target: { type: 'string', short: 't' },
      output: { type: 'string', short: 'o' },
    },
  });
  const [nodeRange, platform, arch] = values.target.split('-');
  const { default: sea } = createRequire(import.meta.url)(
    join(modules, '@yao-pkg/pkg/lib-es5/sea.js'),
  );
  const target = { nodeRange, platform, arch, output: values.output };
  await sea(positionals[0], { targets: [target], signature: false, seaConfig });
  searchSystemLibrariesOnly(values.output);
}

if (import.meta.main) await main(process.argv.slice(2));
