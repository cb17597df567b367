import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expected, modules, root } from '../bootstrap/places.mjs';

/** Where downloads are kept between builds and checkouts. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fleetmend');

/** What package-lock.json says of a package: version and integrity. */
export function locked(name) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const entry = lock.packages[`node_modules/${name}`];
  if (!entry) throw expected(`package-lock.json has no ${name}.`);
  return { version: entry.version, integrity: entry.integrity };
}

/**
 * The folder of a package for another platform, which npm doesn't install here: fetched once from the registry that
 * npm uses and checked against package-lock.json.
 */
export async function npmPackage(name) {
  const { version, integrity } = locked(name);
  const installed = join(modules, name);
  if (existsSync(join(installed, 'package.json'))) {
    const { version: found } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    if (found === version) return installed;
  }
  const digest = createHash('sha256').update(integrity).digest('hex').slice(0, 16);
  const folder = join(
    cache,
    'npm',
    `${name.replace(/^@/, '').replace('/', '-')}-${version}-${digest}`,
  );
  if (existsSync(folder)) return folder;
  mkdirSync(join(cache, 'npm'), { recursive: true });
  const fresh = mkdtempSync(join(cache, 'npm', 'fetching-'));
  try {
    await fetchInto(fresh, `${name}@${version}`, integrity);
    renameSync(join(fresh, 'package'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // Otherwise another build was faster.
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

async function fetchInto(folder, what, integrity) {
  console.log(`Fetching ${what} …`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const told = await output(npm, ['pack', what, '--json', '--loglevel=error'], folder);
  const [{ filename }] = JSON.parse(told);
  const file = join(folder, filename);
  const [algorithm, wanted] = integrity.split(/-(.*)/s);
  const got = createHash(algorithm).update(readFileSync(file)).digest('base64');
  if (got !== wanted)
    throw expected(`${what} is not what package-lock.json says: its ${algorithm} differs.`);
  await output('tar', ['-xzf', filename], folder);
}

async function output(command, args, cwd) {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: command.endsWith('.cmd'),
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close').catch((error) => {
    throw expected(`${command} can't be run: ${error.message}`);
  });
  if (code !== 0) throw expected(`${command} ${args.join(' ')} ended with ${code}.`);
  return text;
}
