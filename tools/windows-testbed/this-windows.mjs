import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { win32 } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand, startCommand } from './command.mjs';
import { listClients, pidOf } from './client-processes.mjs';

/** Says that this Windows may be reset: only for machines that are thrown away afterwards. */
export const PERMISSION = 'FLEETMEND_TEST_ON_THIS_WINDOWS';

const WINDOWS = 'C:\\Windows';
const CLIENT = 'FleetMendClient';
/** What installed clients and the tests leave. */
const LEFT_BY_CLIENT = [
  'C:\\Program Files\\FleetMend',
  'C:\\ProgramData\\FleetMend',
  'C:\\users\\Public\\fleetmend-client.exe',
];
/** The machine as it was: what a test run that was killed left is put right by the next one. */
const KEPT = 'C:\\FleetMendTest';
const BEFORE = `${KEPT}\\before.json`;
const KEPT_FOLDER = `${KEPT}\\SoftwareDistribution`;
/** Whoever may hold files of SoftwareDistribution open. */
const SERVICES = ['usosvc', 'wuauserv', 'dosvc', 'bits'];
const START_TYPES = { 2: 'auto', 3: 'demand', 4: 'disabled' };
const POLICY = [
  'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate',
  'DisableWindowsUpdateAccess',
];
const servicesKey = (name) => `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`;

/** Why this Windows is no testbed; undefined when it is one. */
export async function whyNotThisWindows({ env = process.env, command = runCommand } = {}) {
  if (env[PERMISSION] !== '1') {
    return (
      'tests that reset Windows Update are not run on a real Windows without permission: ' +
      `set ${PERMISSION}=1 on a machine that is thrown away afterwards`
    );
  }
  if (env.SystemRoot?.toLowerCase() !== WINDOWS.toLowerCase()) return `Windows is not ${WINDOWS}`;
  const { code } = await command(system32('fltmc'), [], { timeoutMs: 30_000 });
  return code === 0 ? undefined : 'the tests do not run as an administrator';
}

/**
 * This Windows as the machine of the tests, with the interface of a Wine prefix. Windows Update gets a new folder and
 * may run; `dispose()` puts everything back. Whatever the operating system does can be given: `command`, `start` and
 * `onDrive` (where a path of drive C is). Throws, with nothing changed, where a client is installed.
 */
export async function createThisWindows({
  environment = {},
  command = runCommand,
  start = startCommand,
  onDrive = (path) => path,
  patienceMs = 60_000,
} = {}) {
  const system = (program, args) => command(system32(program), args, { timeoutMs: 60_000 });
  const machine = thisMachine({ system, onDrive, patienceMs });
  if (existsSync(onDrive(BEFORE))) await machine.putBack();
  else if (await machine.state(CLIENT)) {
    throw new Error(`The service ${CLIENT} is installed: this is no machine to throw away.`);
  }
  await machine.setAside();
  const program = (name) => (/^\w+$/.test(name) ? system32(name) : name);
  const options = ({ env = {}, timeoutMs } = {}) => ({
    env: { ...withoutSteering(process.env), ...env },
    timeoutMs,
  });
  const [, , build] = release().split('.');
  return {
    folder: onDrive('C:\\'),
    isReal: true,
    system: { name: 'Windows', build: Number(build) },
    run: (name, args = [], { env, timeoutMs = 60_000 } = {}) =>
      command(program(name), args, options({ env, timeoutMs })),
    start: (name, args = [], { env } = {}) => start(program(name), args, options({ env })),
    hostPath: onDrive,
    windowsPath: (path) => path,
    processes: () => listClients(),
    kill: (pid) => pidOf(listClients(), pid).end(),
    async serviceEnvironment(name) {
      const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
      const value = ['/v', 'Environment', '/t', 'REG_MULTI_SZ', '/d', lines.join('\\0'), '/f'];
      await system('reg', ['add', servicesKey(name), ...value]);
    },
    restart: () => Promise.reject(new Error('A real Windows would end its own test.')),
    dispose: () => machine.putBack(),
  };
}

/** What the tests change of a machine, and how it is put back. */
function thisMachine({ system, onDrive, patienceMs }) {
  const number = async (key, value) => {
    const { stdout } = await system('reg', ['query', key, '/v', value]);
    const found = /REG_DWORD\s+0x([0-9a-f]+)/i.exec(stdout)?.[1];
    return found === undefined ? undefined : Number.parseInt(found, 16);
  };
  const state = async (name) => {
    const { stdout } = await system('sc', ['query', name]);
    return /STATE\s*:\s*\d+\s+(\w+)/.exec(stdout)?.[1];
  };
  const startType = (name, type) => system('sc', ['config', name, 'start=', START_TYPES[type]]);
  const folders = () =>
    readdirSync(onDrive(WINDOWS)).filter((name) => /^SoftwareDistribution/i.test(name));
  const inWindows = (name) => onDrive(win32.join(WINDOWS, name));
  const current = inWindows('SoftwareDistribution');

  const patiently = async (act) => {
    for (const deadline = Date.now() + patienceMs; ; await wait(250)) {
      try {
        return await act();
      } catch (error) {
        if (Date.now() >= deadline) throw error;
      }
    }
  };
  /** Where one doesn't stop, the folder can't be moved, which says so. */
  const stop = async (name) => {
    const now = await state(name);
    if (now === undefined || now === 'STOPPED') return;
    await system('sc', ['stop', name]);
    await patiently(async () => {
      if ((await state(name)) !== 'STOPPED') throw new Error(`${name} does not stop`);
    }).catch(() => undefined);
  };
  // Services that others start again meanwhile are stopped again.
  const withServicesStopped = (act) =>
    patiently(async () => {
      for (const name of SERVICES) await stop(name);
      act();
    });
  const remove = (path) => rmSync(path, { recursive: true, force: true });

  const removeClient = async () => {
    if (await state(CLIENT)) {
      await stop(CLIENT);
      await system('sc', ['delete', CLIENT]);
    }
    await patiently(() => LEFT_BY_CLIENT.forEach((path) => remove(onDrive(path))));
  };

  return {
    state,
    async setAside() {
      const before = {
        folders: folders(),
        running: [],
        startType: await number(servicesKey('wuauserv'), 'Start'),
        policy: await number(...POLICY),
      };
      for (const name of SERVICES) {
        if ((await state(name)) === 'RUNNING') before.running.push(name);
      }
      mkdirSync(onDrive(KEPT), { recursive: true });
      writeFileSync(onDrive(BEFORE), JSON.stringify(before));
      try {
        await removeClient();
        await withServicesStopped(() => {
          if (existsSync(current)) renameSync(current, onDrive(KEPT_FOLDER));
        });
        await startType('wuauserv', 3);
        if (before.policy !== undefined) {
          const [key, value] = POLICY;
          await system('reg', ['delete', key, '/v', value, '/f']);
        }
      } catch (error) {
        await this.putBack();
        throw error;
      }
    },
    /** May be cut off at any moment, and done again. */
    async putBack() {
      const before = JSON.parse(readFileSync(onDrive(BEFORE), 'utf8'));
      await removeClient();
      const kept = onDrive(KEPT_FOLDER);
      await withServicesStopped(() => {
        const had = before.folders.map((name) => name.toLowerCase());
        for (const name of folders()) {
          if (!had.includes(name.toLowerCase())) remove(inWindows(name));
        }
        // Only where the machine's own folder was moved away, the one that is there is the tests'.
        if (!existsSync(kept)) return;
        remove(current);
        renameSync(kept, current);
      });
      if (before.policy !== undefined) {
        const [key, value] = POLICY;
        const data = ['/t', 'REG_DWORD', '/d', String(before.policy), '/f'];
        await system('reg', ['add', key, '/v', value, ...data]);
      }
      if (before.startType in START_TYPES) await startType('wuauserv', before.startType);
      for (const name of before.running) await system('sc', ['start', name]);
      remove(onDrive(KEPT));
    },
  };
}

const system32 = (program) => `${WINDOWS}\\System32\\${program}.exe`;

/** A Windows program needs most of the environment; nothing of it may steer FleetMend or Node. */
const withoutSteering = (env) =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(FLEETMEND_|NODE_OPTIONS$)/i.test(name)),
  );
