import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expected, root } from '../bootstrap/places.mjs';
import { buildIfChanged } from './changed.mjs';

const apps = {
  server: {
    load: () => import('./build-server.mjs'),
    output: 'dist/apps/server/main.mjs',
    seconds: 1,
  },
  dashboard: {
    load: () => import('./build-dashboard.mjs'),
    output: 'dist/apps/dashboard/browser',
    seconds: 15,
  },
  client: {
    load: () => import('./build-client.mjs'),
    output: 'dist/apps/client/main.cjs',
    seconds: 1,
  },
  simulator: {
    load: () => import('./build-simulator.mjs'),
    output: 'dist/apps/simulator/main.mjs',
    seconds: 1,
  },
};

/** Builds the named apps where their sources changed since the last build, and says so. */
export async function buildApps(names) {
  for (const name of names) {
    const { load, output, seconds } = apps[name];
    await buildIfChanged({
      name,
      inputs: [`apps/${name}`],
      output,
      build: async () => {
        if (!existsSync(join(root, 'apps', name, 'src'))) {
          throw expected(`apps/${name}/src is missing: is this checkout complete?`);
        }
        const began = Date.now();
        console.log(`Building the ${name} (about ${seconds} s) …`);
        await (await load()).build();
        console.log(`Built the ${name} in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
      },
    });
  }
}

/** `npm run build`: all apps, or those named. */
export async function main(args) {
  const unknown = args.filter((name) => !(name in apps));
  if (unknown.length > 0) {
    throw expected(
      `No such app: ${unknown.join(', ')}. There are ${Object.keys(apps).join(', ')}.`,
    );
  }
  await buildApps(args.length > 0 ? args : Object.keys(apps));
  return 0;
}
