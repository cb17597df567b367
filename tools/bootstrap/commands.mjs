/** What `npm start`, `npm test` and `npm run …` can do; each module exports `main(args)`, which answers the exit code. */
export const commands = {
  start: {
    summary: 'build what changed and run FleetMend at http://localhost:3000',
    load: () => import('../start/start.mjs'),
  },
  test: {
    summary: 'every check and test; `-- --only lint,server` for some of them',
    load: () => import('../test/run.mjs'),
  },
  check: {
    summary: 'the quick part of the tests: format, lint, types, unit',
    load: () => import('../test/check.mjs'),
  },
  build: {
    summary: 'build server, dashboard, client bundle and simulator into dist/apps',
    load: () => import('../build/build.mjs'),
  },
  'build:client': {
    summary: 'build the Windows executable into dist/client',
    load: () => import('../build/pack-client.mjs'),
  },
  'build:msi': {
    summary: 'build the Windows Installer package into dist/client (needs wixl and msitools)',
    load: () => import('../build/build-msi.mjs'),
  },
  'release:key': {
    summary: 'make the key whose holder may publish clients: `-- FILE`',
    load: () => import('../release/key.mjs'),
  },
  'release:sign': {
    summary: 'sign a client as a release for the server: `-- EXECUTABLE --key FILE`',
    load: () => import('../release/sign.mjs'),
  },
  screenshots: {
    summary: 'take the pictures of the README from the real dashboard',
    load: () => import('../screenshots/screenshots.mjs'),
  },
  bench: {
    summary:
      'measure the server under simulated machines; `-- client` the client beside a bare Node',
    load: () => import('../bench/bench.mjs'),
  },
  format: { summary: 'format every file', load: () => import('../build/format.mjs') },
};

/** The list of commands, for people. */
export function usage() {
  const lines = Object.entries(commands).map(
    ([name, { summary }]) =>
      `  ${(['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`).padEnd(22)}${summary}`,
  );
  return ['FleetMend', ...lines].join('\n');
}
