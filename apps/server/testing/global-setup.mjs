import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Starts the one PostgreSQL of this test run. Jest doesn't transform this file, so it builds what it needs itself. */
export default async function globalSetup() {
  const app = resolve(import.meta.dirname, '..');
  const out = mkdtempSync(join(app, '../../node_modules/.fleetmend-server-test-'));
  try {
    const outfile = join(out, 'test-cluster.mjs');
    await build({
      entryPoints: [join(app, 'testing/test-cluster.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      tsconfig: join(app, 'tsconfig.json'),
      logLevel: 'error',
    });
    const { startTestCluster } = await import(pathToFileURL(outfile).href);
    const cluster = await startTestCluster();
    process.env.FLEETMEND_TEST_DATABASE_URL = cluster.url;
    globalThis.stopTestCluster = cluster.stop;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
