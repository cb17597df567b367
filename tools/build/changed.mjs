import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../bootstrap/places.mjs';

/** Files that never end up in a program. */
const notBuilt = /\.spec\.[mc]?ts$|\.e2e\.ts$|[\\/](testing|fixtures)[\\/]/;

/** What every build depends on, besides its own folder. */
const always = ['libs', 'tools/build', 'tsconfig.base.json', 'package-lock.json'];

/**
 * Runs `build` unless its inputs (files or folders below the root) are what they were at its last success
 * and its output is still there. `also` is what else the output depends on. Answers whether it built. This is what makes
 * a second start fast.
 */
export async function buildIfChanged({ name, inputs, output, build, also = '' }) {
  const stamp = join(root, 'dist', '.stamps', name);
  const hash = hashOf([...inputs, ...always], also);
  const unchanged = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (unchanged && existsSync(join(root, output))) return false;
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

function hashOf(inputs, also) {
  const hash = createHash('sha256').update(also);
  for (const input of inputs) {
    for (const file of filesBelow(join(root, input))) {
      hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !notBuilt.test(file))
    .sort();
}
