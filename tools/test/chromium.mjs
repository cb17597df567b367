import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'msedge',
];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * A Chromium for the browser tests, as the variable they read it from: CHROMIUM_PATH, else an installed
 * one, else Playwright's own download, else Debian's package where we may install it.
 */
export async function browser() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    return runs(given)
      ? { CHROMIUM_PATH: given }
      : { missing: `CHROMIUM_PATH is ${given}, which can't be run` };
  }
  const path = installed() ?? (await playwrightOwn()) ?? fromDebian();
  return path
    ? { CHROMIUM_PATH: path }
    : {
        missing:
          'no Chromium: install one, set CHROMIUM_PATH, or run `npx playwright install chromium`',
      };
}

function installed() {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [...inPath, ...places].find(runs);
}

async function playwrightOwn() {
  const { chromium } = await import('@playwright/test');
  return [chromium.executablePath()].find(runs);
}

function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  console.log('Installing chromium with apt-get: about a minute, once on this machine …');
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 600_000,
    });
  apt('update');
  apt('install', '--no-install-recommends', 'chromium', 'fonts-liberation');
  return installed();
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
