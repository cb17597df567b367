import { bundle } from './bundle.mjs';
import { decorators } from './decorators.mjs';

/** The server as one ES module, migrations included; npm packages stay outside. */
export const build = () =>
  bundle('apps/server/src/main.ts', 'dist/apps/server/main.mjs', {
    format: 'esm',
    packages: 'external',
    plugins: [decorators],
  });

if (import.meta.main) await build();
