import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root } from '../bootstrap/places.mjs';
import { browser } from './chromium.mjs';
import { windows } from './windows.mjs';

/** Where every runner writes its report. */
export const reports = join(root, 'dist', 'test-reports');

const node = process.execPath;
const esm = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/** A program whose exit code is the whole result: it counts as one check. */
const check = (name, minutes, title, args) => ({ name, minutes, title, args, kind: 'check' });

const nx = (target, ...rest) => [
  join(modules, 'nx/dist/bin/nx.js'),
  ...['run-many', '-t', target, '--parallel=2', '--output-style=static', ...rest],
];

/** A Jest project; its report says how many tests passed. */
const jest = (name, minutes, title, folder, nodeOptions = esm, more = []) => {
  const config = join(root, folder, 'jest.config.mjs');
  return {
    ...{ name, minutes, title, kind: 'jest', nodeOptions },
    exists: () => existsSync(config),
    args: [
      ...[join(modules, 'jest/bin/jest.js'), '-c', config, '--ci'],
      ...['--maxWorkers=2', ...more],
      ...['--cacheDirectory', join(modules, '.cache/jest')],
      ...['--json', '--outputFile', join(reports, `${name}.json`)],
    ],
  };
};

/** A project of apps/e2e's Playwright configuration; `needs` prepares what it can't do without. */
const playwright = (name, minutes, title, needs = []) => ({
  ...{ name, minutes, title, needs, kind: 'playwright' },
  exists: () => existsSync(join(root, 'apps/e2e/src', name)),
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, `${name}.json`) },
  args: [
    ...[join(modules, '@playwright/test/cli.js'), 'test'],
    ...['-c', join(root, 'apps/e2e/playwright.config.mts'), '--project', name],
  ],
});

/**
 * Everything `npm test` does, in order. `minutes` is the time limit of a stage; `quick` ones are also part
 * of `npm run check`. A stage whose `needs` this machine can't provide is skipped, in CI it fails.
 */
export const stages = [
  check('format', 2, 'every file is formatted', [
    ...[join(modules, 'prettier/bin/prettier.cjs'), '--check', '.', '--log-level', 'warn'],
    ...['--cache', '--cache-location', join(modules, '.cache/prettier/.prettier-cache')],
  ]),
  check('lint', 8, 'lint and boundaries, no warning', nx('lint', '--max-warnings=0')),
  check('types', 8, 'types', nx('typecheck')),
  jest('domain', 3, 'domain', 'libs/domain'),
  jest('client-protocol', 3, 'client protocol', 'libs/client-protocol'),
  jest('dashboard-api', 3, 'dashboard api', 'libs/dashboard-api'),
  jest('simulation', 3, 'simulation', 'libs/simulation'),
  jest('client', 5, 'client', 'apps/client'),
  jest('simulator', 5, 'simulator', 'apps/simulator'),
  jest('dashboard', 6, 'dashboard', 'apps/dashboard', '', ['--workerIdleMemoryLimit=1GB']),
  jest('tools', 5, 'tools and architecture', 'tools'),
  jest('server', 10, 'server on a real PostgreSQL, with real sockets', 'apps/server'),
  check('build', 10, 'the programs and the Windows executable', [
    join(root, 'tools/test/build-all.mjs'),
  ]),
  playwright('start', 8, 'starting and stopping the product'),
  playwright('browser', 12, 'the dashboard in a real browser', [browser]),
  playwright('windows', 25, 'the executable on Windows', [windows]),
  playwright('all-real', 15, 'everything real at once', [browser, windows]),
].map((stage) => ({ command: node, env: {}, needs: [], exists: () => true, ...stage }));

/** The stages of `npm run check`. */
export const quick = [
  ...[
    'format',
    'lint',
    'types',
    'domain',
    'client-protocol',
    'dashboard-api',
    'simulation',
    'client',
    'simulator',
  ],
  ...['dashboard', 'tools'],
];
