import { defineConfig } from '@playwright/test';

/**
 * The real programs as processes, driven from outside. One project for each folder of src: `start` needs
 * nothing, `browser` a Chromium, `windows` a Windows or Wine, `all-real` both. `npm test` provides these.
 */
const project = (name: string, timeout: number) => ({
  name,
  timeout,
  testMatch: `${name}/**/*.e2e.ts`,
  outputDir: `../../dist/test-results/${name}`,
});

const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** As root Chromium has no sandbox; the rest keeps it from calling home in the middle of a test. */
const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'src',
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] === 'true',
  reporter: [['list'], ['json']],
  expect: { timeout: 10_000 },
  use: {
    launchOptions: { executablePath: chromium, args: chromiumArgs },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    project('start', 120_000),
    project('browser', 60_000),
    project('windows', 300_000),
    project('all-real', 300_000),
  ],
});
