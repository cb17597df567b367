import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's packages of the programs that make and sign what is delivered. */
const packages = {
  wixl: 'wixl',
  msibuild: 'msitools',
  msiinfo: 'msitools',
  osslsigncode: 'osslsigncode',
  openssl: 'openssl',
};

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/**
 * Sees to it that these programs are there: installs Debian's packages where it may. Answers why they are not, or
 * undefined. In CI it throws instead: there nothing may be left out.
 */
export function debianTools(...names) {
  let missing = names.filter((name) => !onPath(name));
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    install([...new Set(missing.map((name) => packages[name]))]);
    missing = names.filter((name) => !onPath(name));
  }
  if (missing.length === 0) return undefined;
  const reason = `${missing.join(', ')} not installed: apt-get install ${[...new Set(missing.map((name) => packages[name]))].join(' ')}`;
  if (process.env.CI === 'true') throw new Error(reason);
  return reason;
}

function install(wanted) {
  console.log(`Installing ${wanted.join(', ')} with apt-get, once on this machine …`);
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 300_000,
    });
  apt('update');
  apt('install', '--no-install-recommends', ...wanted);
}
