import { readFile } from 'node:fs/promises';
import { transformFile } from '@swc/core';
import { swcOptions } from './swc.mjs';

/** esbuild plugin: files with decorators go through SWC, since esbuild can't emit the types Nest injects by. */
export const decorators = {
  name: 'decorators',
  setup(build) {
    build.onLoad({ filter: /apps[\\/]server[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return { contents: source, loader: 'ts' };
      const { code } = await transformFile(path, { ...swcOptions('es6'), sourceMaps: 'inline' });
      return { contents: code, loader: 'js' };
    });
  },
};
