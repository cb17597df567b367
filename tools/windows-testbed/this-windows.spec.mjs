import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PERMISSION, createThisWindows, whyNotThisWindows } from './this-windows.mjs';

let drive;
let windows;
const onDrive = (path) => join(drive, path.replace(/^C:\\/i, '').replaceAll('\\', '/'));
const write = (path, text) => {
  mkdirSync(join(onDrive(path), '..'), { recursive: true });
  writeFileSync(onDrive(path), text);
};
const read = (path) => readFileSync(onDrive(path), 'utf8');
const inWindows = () => readdirSync(onDrive('C:\\Windows')).sort();

/** What `sc` and `reg` answer on a hosted runner: the update service is disabled, and a policy forbids updates. */
function fakeWindows() {
  const state = {
    services: { wuauserv: 'STOPPED', dosvc: 'RUNNING', bits: 'STOPPED' },
    startType: 4,
    policy: 1,
    environment: undefined,
  };
  const sc = ([verb, name, , type]) => {
    if (!(name in state.services)) return { code: 1060, stdout: 'FAILED 1060' };
    if (verb === 'query') return { code: 0, stdout: `STATE : 1  ${state.services[name]}` };
    if (verb === 'start') state.services[name] = 'RUNNING';
    if (verb === 'stop') state.services[name] = 'STOPPED';
    if (verb === 'delete') delete state.services[name];
    if (verb === 'config') state.startType = { auto: 2, demand: 3, disabled: 4 }[type];
    return { code: 0, stdout: '' };
  };
  const reg = ([verb, , , value, , , , data]) => {
    const key = { Start: 'startType', DisableWindowsUpdateAccess: 'policy' }[value];
    if (verb === 'query') {
      const stdout = state[key] === undefined ? '' : `${value}  REG_DWORD  0x${state[key]}`;
      return { code: 0, stdout };
    }
    if (value === 'Environment') state.environment = data;
    else state[key] = verb === 'delete' ? undefined : Number(data);
    return { code: 0, stdout: '' };
  };
  const command = (file, args) => Promise.resolve(file.endsWith('\\sc.exe') ? sc(args) : reg(args));
  return { state, command };
}

const create = (more = {}) =>
  createThisWindows({ command: windows.command, onDrive, patienceMs: 300, ...more });

beforeEach(() => {
  drive = mkdtempSync(join(tmpdir(), 'fm-this-windows-'));
  windows = fakeWindows();
  write('C:\\Windows\\SoftwareDistribution\\DataStore\\DataStore.edb', 'of the machine');
  write('C:\\Windows\\SoftwareDistribution.mine\\kept.txt', 'of the machine');
});
afterEach(() => rmSync(drive, { recursive: true }));

const original = { startType: 4, policy: 1 };
const expectAsBefore = () => {
  expect(inWindows()).toEqual(['SoftwareDistribution', 'SoftwareDistribution.mine']);
  expect(read('C:\\Windows\\SoftwareDistribution\\DataStore\\DataStore.edb')).toBe(
    'of the machine',
  );
  expect(read('C:\\Windows\\SoftwareDistribution.mine\\kept.txt')).toBe('of the machine');
  expect(windows.state).toMatchObject(original);
  expect(windows.state.services).toEqual({
    wuauserv: 'STOPPED',
    dosvc: 'RUNNING',
    bits: 'STOPPED',
  });
  expect(existsSync(onDrive('C:\\FleetMendTest'))).toBe(false);
};
/** What a test does to the machine, and leaves. */
const runATest = () => {
  windows.state.services.wuauserv = 'RUNNING';
  windows.state.services.FleetMendClient = 'RUNNING';
  write('C:\\ProgramData\\FleetMend\\state.sqlite', '');
  write('C:\\Windows\\SoftwareDistribution\\made-anew', '');
  write('C:\\Windows\\SoftwareDistribution.fleetmend-1\\half.cab', '');
};
const expectNoClient = () => {
  expect(windows.state.services).not.toHaveProperty('FleetMendClient');
  expect(existsSync(onDrive('C:\\ProgramData\\FleetMend'))).toBe(false);
};

test('the machine is ready for a test, and afterwards as it was', async () => {
  write('C:\\ProgramData\\FleetMend\\state.sqlite', 'of an earlier client');
  const machine = await create();
  expect(inWindows()).toEqual(['SoftwareDistribution.mine']);
  expect(windows.state).toMatchObject({ startType: 3, policy: undefined });
  expectNoClient();
  runATest();
  await machine.dispose();
  expectNoClient();
  expectAsBefore();
});

test('what a killed test run left is put right by the next one', async () => {
  await create();
  runATest();
  const next = await create();
  expectNoClient();
  expect(inWindows()).toEqual(['SoftwareDistribution.mine']);
  await next.dispose();
  expectAsBefore();
});

test("a run that was cut off before it moved the machine's folder loses nothing", async () => {
  const before = { folders: inWindows(), running: ['dosvc'], ...original };
  write('C:\\FleetMendTest\\before.json', JSON.stringify(before));
  await (await create()).dispose();
  expectAsBefore();
});

test('a machine with a client is left alone', async () => {
  windows.state.services.FleetMendClient = 'STOPPED';
  write('C:\\ProgramData\\FleetMend\\state.sqlite', 'precious');
  await expect(create()).rejects.toThrow('is installed');
  expect(read('C:\\ProgramData\\FleetMend\\state.sqlite')).toBe('precious');
  expect(windows.state).toMatchObject(original);
  expect(inWindows()).toEqual(['SoftwareDistribution', 'SoftwareDistribution.mine']);
});

test('a service gets its environment, programs the one of this machine without what steers', async () => {
  const started = [];
  process.env.FLEETMEND_SPEC = 'steers';
  try {
    const machine = await create({ environment: { A: '1', B: '2' } });
    await machine.serviceEnvironment('FleetMendClient');
    expect(windows.state.environment).toBe('A=1\\0B=2');
    await machine.dispose();
    const other = await create({ start: (...call) => started.push(call) });
    other.start('C:\\x.exe', ['run'], { env: { FLEETMEND_CLIENT_POLL_MS: '200' } });
    await other.dispose();
  } finally {
    delete process.env.FLEETMEND_SPEC;
  }
  const [[file, args, { env }]] = started;
  expect([file, args]).toEqual(['C:\\x.exe', ['run']]);
  expect(env).toMatchObject({ PATH: process.env.PATH, FLEETMEND_CLIENT_POLL_MS: '200' });
  expect(env).not.toHaveProperty('FLEETMEND_SPEC');
});

test.each([
  [{ SystemRoot: 'C:\\Windows' }, 0, PERMISSION],
  [{ SystemRoot: 'C:\\Windows', [PERMISSION]: '0' }, 0, PERMISSION],
  [{ SystemRoot: 'D:\\Windows', [PERMISSION]: '1' }, 0, 'is not C:\\Windows'],
  [{ SystemRoot: 'C:\\Windows', [PERMISSION]: '1' }, 1, 'administrator'],
  [{ SystemRoot: 'C:\\WINDOWS', [PERMISSION]: '1' }, 0, undefined],
])('with %j, and fltmc ending with %i', async (env, code, reason) => {
  const why = await whyNotThisWindows({ env, command: () => Promise.resolve({ code }) });
  if (reason === undefined) expect(why).toBeUndefined();
  else expect(why).toContain(reason);
});
