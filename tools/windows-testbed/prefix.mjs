import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, posix, win32 } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand, startCommand } from './command.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, removeTree } from './wine.mjs';

/** Raised when the template is made differently. */
const TEMPLATE = 'template-1';

const prefixesBelow = (wine) =>
  wine.root === '/' ? join(cacheFolder(), 'prefixes') : join(wine.root, 'srv', 'prefixes');
const seenFromInside = (wine, path) => (wine.root === '/' ? path : path.slice(wine.root.length));

/** Environment and command line for a program of Wine's in a prefix. Only `env` reaches the program. */
function inPrefix(wine, folder, env, args) {
  const all = {
    PATH: '/usr/bin:/bin',
    HOME: wine.root === '/' ? folder : '/root',
    LANG: 'C.UTF-8',
    WINEPREFIX: seenFromInside(wine, folder),
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'winemenubuilder.exe,mscoree,mshtml=',
    ...env,
  };
  const assignments = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return wine.root === '/'
    ? ['env', ['-i', ...assignments, ...args]]
    : wine.command([...assignments, ...args]);
}

/** A copy that shares the big files of Windows itself: they are links to the template's, and nobody writes to them. */
function copyPrefix(from, to, shared = false) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) copyPrefix(source, target, shared || entry.name === 'windows');
    else if (shared && lstatSync(source).size > 4096) linkSync(source, target);
    else if (entry.isFile()) copyFileSync(source, target);
  }
}

async function makeTemplate(wine, log) {
  const template = join(prefixesBelow(wine), TEMPLATE);
  if (existsSync(template)) return template;
  mkdirSync(prefixesBelow(wine), { recursive: true });
  await withLock(join(cacheFolder(), 'template.lock'), 300_000, async () => {
    if (existsSync(template)) return;
    log('Making the template of a Windows machine, once.');
    const making = `${template}-making-${process.pid}`;
    for (const args of [
      ['wine', 'wineboot', '-i'],
      // As Windows 7, which is what a fresh prefix may claim to be, Node refuses to start.
      ['wine', 'winecfg', '-v', 'win11'],
      ['wineserver', '-w'],
    ]) {
      const result = await runCommand(...inPrefix(wine, making, {}, args), { timeoutMs: 240_000 });
      if (result.timedOut) throw new Error(`${args.join(' ')} took too long`);
    }
    if (!existsSync(join(making, 'drive_c', 'windows', 'system32', 'services.exe'))) {
      throw new Error('Wine did not make a working prefix');
    }
    renameSync(making, template);
  });
  return template;
}

/** What test runs left that were killed: old machines that no process uses. */
async function removeLeftovers(wine) {
  const hour = 3_600_000;
  for (const name of readdirSync(prefixesBelow(wine))) {
    const folder = join(prefixesBelow(wine), name);
    if (name === TEMPLATE || Date.now() - statSync(folder).mtimeMs < hour) continue;
    if (processesOf(seenFromInside(wine, folder)).length > 0) continue;
    await removeTree(folder).catch(() => undefined); // Another run may be faster.
  }
}

/** Makes a Windows machine of its own, starts it, and keeps it running until `dispose()`.. */
export async function createPrefix(wine, { log, environment = {} }) {
  const template = await makeTemplate(wine, log);
  await removeLeftovers(wine);
  const folder = join(prefixesBelow(wine), randomUUID());
  copyPrefix(template, folder);
  // While the machine restarts, nobody may start anything: that would boot it with the wrong environment.
  let gate = Promise.resolve();
  const running = new Set();
  const run = async (program, args = [], { env = {}, timeoutMs = 60_000 } = {}) => {
    await gate;
    const ended = runCommand(...inPrefix(wine, folder, env, ['wine', program, ...args]), {
      timeoutMs,
    });
    running.add(ended);
    return ended.finally(() => running.delete(ended));
  };
  const start = (program, args = [], { env = {} } = {}) =>
    startCommand(...inPrefix(wine, folder, env, ['wine', program, ...args]));

  let keeper;
  // Services live only as long as some program does, and get the environment of the first one. When we die, its input
  // ends, and the machine ends by itself.
  const boot = async (variables) => {
    keeper = startCommand(...inPrefix(wine, folder, variables, ['wine', 'cmd.exe', '/q', '/k']), {
      stdin: 'pipe',
    });
    keeper.child.stdin.on('error', () => undefined);
    await waitForServices(() =>
      runCommand(...inPrefix(wine, folder, variables, ['wine', 'sc', 'query', 'wuauserv']), {
        timeoutMs: 60_000,
      }),
    );
  };
  // Ends what uses this prefix and nothing else: the prefix is named by WINEPREFIX.
  const shutDown = async () => {
    keeper.child.stdin.end();
    await runCommand(...inPrefix(wine, folder, {}, ['wineserver', '-k']), { timeoutMs: 30_000 });
    await runCommand(...inPrefix(wine, folder, {}, ['wineserver', '-w']), { timeoutMs: 30_000 });
    await keeper.exited;
  };

  const prefix = {
    folder,
    isReal: false,
    system: { name: 'Windows 11', build: 22000 },
    run,
    start,
    // Services get the environment of the machine anyway.
    serviceEnvironment: () => Promise.resolve(),
    hostPath: (path) => hostPath(folder, path),
    windowsPath: (path) => windowsPath(folder, path),
    processes: () => processesOf(seenFromInside(wine, folder)),
    kill(pid) {
      const ours = prefix.processes().find((one) => one.pid === pid);
      if (!ours || pid <= 1) throw new Error(`Process ${pid} does not belong to this machine.`);
      process.kill(pid, 'SIGKILL');
    },
    async restart(variables = environment) {
      const restarting = Promise.allSettled([...running]).then(async () => {
        await shutDown();
        await boot(variables);
      });
      gate = restarting.catch(() => undefined);
      await restarting;
    },
    async dispose() {
      await shutDown();
      await removeTree(folder);
    },
  };
  try {
    await boot(environment);
  } catch (error) {
    await prefix.dispose();
    throw error;
  }
  return prefix;
}

async function waitForServices(query) {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { stdout } = await query();
    if (stdout.includes('STATE')) return;
    await wait(250);
  }
  throw new Error('The service control manager of the testbed does not answer.');
}

/** Where a Windows path of drive C lies on the host; names are compared without case. */
function hostPath(folder, path) {
  const parts = win32.normalize(path).replace(/^c:/i, '').split('\\').filter(Boolean);
  return parts.reduce(
    (above, part) => {
      const names = existsSync(above) ? readdirSync(above) : [];
      return join(above, names.find((name) => name.toLowerCase() === part.toLowerCase()) ?? part);
    },
    join(folder, 'drive_c'),
  );
}

function windowsPath(folder, path) {
  const below = posix.relative(join(folder, 'drive_c'), path);
  if (below.startsWith('..')) throw new Error(`${path} is not on drive C of this machine.`);
  return `C:\\${below.replaceAll('/', '\\')}`;
}

function processesOf(winePrefix) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        if (!environment.includes(`WINEPREFIX=${winePrefix}`)) return [];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8')
          .split('\0')
          .filter(Boolean);
        return [{ pid: Number(name), commandLine }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}
