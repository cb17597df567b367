import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { mustRun, runCommand } from './command.mjs';
import { withLock } from './lock.mjs';

/** Node 24 needs Wine 10: older ones lack the memory calls that V8 makes. */
const OLDEST_WINE = 10;
const MAKING_TAKES_AT_MOST_MS = 20 * 60_000;

/** Where testbeds are kept, outside the repository. */
export function cacheFolder() {
  return join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'fleetmend',
    'windows-testbed',
  );
}

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** A Wine is `root` (what its processes see as /), and how to call its programs. */
const hostWine = (version) => ({
  kind: 'wine',
  version,
  root: '/',
  command: (args) => ['env', args],
});

/**
 * In a mount namespace of its own for every call: /proc and /dev are there for Wine and gone with it, so nothing of
 * the machine is ever mounted where somebody might delete it.
 */
const ENTER =
  'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"';
const enter = (root, args) => [
  'unshare',
  ['--mount', '--propagation', 'private', 'sh', '-c', ENTER, root, ...args],
];
const chrootWine = (version, root) => ({
  kind: 'chroot',
  version,
  root,
  command: (args) => enter(root, ['/usr/bin/env', '-i', ...args]),
});

async function versionOf(file, args) {
  const { code, stdout } = await runCommand(file, args, { timeoutMs: 60_000 }).catch(() => ({
    code: 1,
    stdout: '',
  }));
  const found = /wine-(\d+)(\.\d+)?/.exec(stdout);
  return code === 0 && found ? { major: Number(found[1]), text: found[0] } : undefined;
}

/** The Wine of this machine, the one in the cache, or one that is made now. Throws with the reason when there is none. */
export async function findWine({ log, make = true }) {
  const installed = onPath('wine') && (await versionOf('wine', ['--version']));
  if (installed && installed.major >= OLDEST_WINE) return hostWine(installed.text);
  const why = installed
    ? `Wine here is ${installed.text}, too old for Node 24`
    : 'Wine is not installed';
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${why}, and this is not Linux on x64`);
  if (process.getuid() !== 0) {
    throw new Error(
      `${why}. Install Wine ${OLDEST_WINE} or later, or prepare the testbed once as root`,
    );
  }
  const root = join(cacheFolder(), 'debian-trixie-wine');
  const found = () => versionOf(...enter(root, ['wine', '--version']));
  if (existsSync(root)) {
    const version = await found();
    if (version) return chrootWine(version.text, root);
    throw new Error(`the Debian below ${root} does not answer. Move it away, and it is made again`);
  }
  if (!make) throw new Error(`${why}, and no testbed is prepared`);
  mkdirSync(cacheFolder(), { recursive: true });
  await withLock(join(cacheFolder(), 'lock'), MAKING_TAKES_AT_MOST_MS, async () => {
    if (!existsSync(root)) await makeDebian(root, log);
  });
  const version = await found();
  if (!version) throw new Error('the Debian that was made has no working Wine');
  return chrootWine(version.text, root);
}

async function makeDebian(root, log) {
  await removeLeftovers(log);
  if (!onPath('debootstrap')) {
    log('Installing debootstrap.');
    if (!onPath('apt-get')) throw new Error('debootstrap is not installed');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await mustRun('apt-get', ['update', '-qq'], { env, timeoutMs: 300_000 });
    const packages = ['debootstrap', 'debian-archive-keyring'];
    await mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      timeoutMs: 300_000,
    });
  }
  const making = join(cacheFolder(), `making-${process.pid}`);
  log(`Making a Debian with Wine in ${root}: about a minute and 1.5 GB, once.`);
  const debootstrap = [
    'debootstrap',
    '--variant=minbase',
    '--include=wine64,wine',
    'trixie',
    making,
  ];
  // What debootstrap mounts in the new system goes away with it, however it ends.
  await mustRun('unshare', ['--mount', '--propagation', 'private', ...debootstrap], {
    timeoutMs: MAKING_TAKES_AT_MOST_MS,
  });
  mkdirSync(join(making, 'srv', 'prefixes'), { recursive: true });
  writeFileSync(join(making, 'etc', 'hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  renameSync(making, root);
}

/** What makers left that died. Nothing is deleted below which something is mounted. */
async function removeLeftovers(log) {
  for (const name of readdirSync(cacheFolder()).filter((one) => one.startsWith('making-'))) {
    await removeTree(join(cacheFolder(), name)).catch((error) =>
      log(`${name} stays: ${error.message}`),
    );
  }
}

/** Deletes a folder, but never across a mount. */
export async function removeTree(folder) {
  if (
    process.platform === 'linux' &&
    readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder}/`)
  ) {
    throw new Error(`something is mounted below ${folder}: it is left alone`);
  }
  await mustRun('rm', ['-rf', '--one-file-system', '--', folder], { timeoutMs: 120_000 });
}
