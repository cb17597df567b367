import { bundle } from './bundle.mjs';

/** The simulator as one ES module; npm packages stay outside. */
export const build = () =>
  bundle('apps/simulator/src/main.ts', 'dist/apps/simulator/main.mjs', {
    format: 'esm',
    packages: 'external',
  });

if (import.meta.main) await build();
