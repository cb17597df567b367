// The build stage of `npm test`: what `npm run build`, `npm run build:client` and `npm run build:msi` do.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { main as buildApps } from '../build/build.mjs';
import { debianTools } from './debian-tools.mjs';

try {
  const apps = ['server', 'dashboard', 'client', 'simulator'].filter((app) =>
    existsSync(join(root, 'apps', app, 'src/main.ts')),
  );
  await buildApps(apps);
  if (existsSync(join(root, 'tools/build/pack-client.mjs'))) {
    await (await import('../build/pack-client.mjs')).packForTests();
    const missing = debianTools('wixl', 'msibuild', 'msiinfo');
    if (missing) console.log(`The Windows Installer package is NOT built: ${missing}`);
    else await (await import('../build/build-msi.mjs')).buildForTests();
  }
} catch (error) {
  console.error(error.expected ? error.message : error);
  process.exitCode = 1;
}
