import { bundle } from './bundle.mjs';

/** The client as one CommonJS file, packages included except koffi, whose native part can't be bundled. */
export const build = () =>
  bundle('apps/client/src/main.ts', 'dist/apps/client/main.cjs', {
    format: 'cjs',
    external: ['koffi'],
  });

if (import.meta.main) await build();
