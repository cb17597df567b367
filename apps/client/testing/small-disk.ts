import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder';

const ROOT = join(import.meta.dirname, '../../..');
/** A program of its own on a disk of its own: a file system in memory that only this process mounts and fills. */
const MOUNT_AND_RUN =
  'mount -t tmpfs -o "size=$1" tmpfs "$0" && exec "$2" --disable-warning=ExperimentalWarning "$3" "$0"';

const alone = (script: string, ...args: readonly string[]) =>
  execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });

/** Whether this machine lets a user mount something: Linux, with namespaces of users. */
export function canMount(): boolean {
  try {
    alone('mount -t tmpfs tmpfs "$0"', temporaryFolder());
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program of `testing/` with the folder of a small disk as its argument, and answers what it printed, as JSON.
 * Throws when it fails.
 */
export function runOnSmallDisk(program: string, size: string): unknown {
  const bundle = join(temporaryFolder(), 'program.cjs');
  execFileSync(process.execPath, [
    join(ROOT, 'node_modules/esbuild/bin/esbuild'),
    join(import.meta.dirname, program),
    '--bundle',
    '--platform=node',
    '--log-level=error',
    '--define:import.meta.dirname=__dirname',
    `--tsconfig=${join(ROOT, 'tsconfig.base.json')}`,
    `--outfile=${bundle}`,
  ]);
  return JSON.parse(alone(MOUNT_AND_RUN, temporaryFolder(), size, process.execPath, bundle));
}
