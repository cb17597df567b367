import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { runForwarding } from '../process/child.mjs';
import { expected, modules, root } from './places.mjs';

const stamp = join(modules, '.fleetmend-lock-hash');
const movedNode = join(root, 'dist', '.old-node');

/** Installs the dependencies when package-lock.json is not the one that is installed. */
export async function install() {
  rmSync(movedNode, { recursive: true, force: true, maxRetries: 0 });
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n`)
    .update(lock)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (!isInstalled(JSON.parse(lock))) await npmCi();
  writeFileSync(stamp, hash);
}

/** Whether node_modules already holds the lock file's packages, as after an `npm install` by hand. */
function isInstalled(lock) {
  const written = join(modules, '.package-lock.json');
  if (!existsSync(written)) return false;
  const installed = JSON.parse(readFileSync(written, 'utf8')).packages ?? {};
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const fits = wanted.every(([path, { version, optional }]) =>
    installed[path] === undefined ? optional : installed[path].version === version,
  );
  return fits && Object.keys(installed).every((path) => path in lock.packages);
}

async function npmCi() {
  console.log('Installing dependencies with npm ci: about a minute, only when they have changed …');
  const began = Date.now();
  stepAside();
  const inside = (path) => path.startsWith(modules + sep) || path === modules;
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !inside(entry));
  const windows = process.platform === 'win32';
  const code = await runForwarding(
    windows ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, shell: windows, env: { ...process.env, PATH: path.join(delimiter) } },
  );
  if (code !== 0) {
    throw expected(
      `npm ci failed with code ${code}. Its own message above says why; ` +
        'it needs network access to the npm registry and about 1.5 GB of disk.',
    );
  }
  console.log(`Dependencies installed in ${Math.round((Date.now() - began) / 1000)} s.`);
}

/**
 * npm ci deletes node_modules, and with it the Node that runs this. Linux doesn't mind; Windows won't
 * delete a running program but lets it be moved within its disk.
 */
function stepAside() {
  if (process.platform !== 'win32' || !process.execPath.startsWith(modules + sep)) return;
  mkdirSync(movedNode, { recursive: true });
  renameSync(process.execPath, join(movedNode, `node-${process.pid}.exe`));
}
