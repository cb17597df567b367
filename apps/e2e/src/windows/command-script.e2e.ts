import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandScript,
  commandScriptName,
  resetSoftwareDistribution as playbook,
} from '@fleetmend/domain';
import { type WindowsMachine } from './testbed';
import { expect, test } from './windows-test';

/** Real: cmd.exe, the services and the folders. Not real: what the update service writes when it starts again. */
test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'the command file' });

const parameters = { ignorePendingRestart: true, verifyMinutes: 1 };

function put(machine: WindowsMachine, includeCatroot2: boolean): string {
  const path = `C:\\${commandScriptName(playbook)}`;
  writeFileSync(
    machine.hostPath(path),
    commandScript(playbook, { ...parameters, includeCatroot2 }),
  );
  return path;
}

const runScript = (machine: WindowsMachine, includeCatroot2 = false) =>
  machine.run('cmd', ['/c', put(machine, includeCatroot2)], { timeoutMs: 240_000 });
const backups = (machine: WindowsMachine) =>
  readdirSync(machine.hostPath('C:\\windows')).filter((name) =>
    name.startsWith('SoftwareDistribution.bak-'),
  );
const stateOf = async (machine: WindowsMachine, service: string) =>
  /STATE\s+: (\d)/.exec((await machine.run('sc', ['query', service])).stdout)?.[1];

test('renames the folder and leaves the services as they were', async ({ testbed }) => {
  const { machine, windowsUpdate } = testbed;
  writeFileSync(join(windowsUpdate.folder, 'old'), 'old');
  expect(await stateOf(machine, 'wuauserv')).toBe('4');
  const { code, stdout } = await runScript(machine);
  expect(stdout).toContain('[rename-directory]');
  expect(code, stdout).toBe(0);
  const [backup] = backups(machine);
  expect(existsSync(join(machine.hostPath('C:\\windows'), backup ?? '', 'old'))).toBe(true);
  expect(existsSync(join(windowsUpdate.folder, 'DataStore', 'DataStore.edb'))).toBe(true);
  expect(await stateOf(machine, 'wuauserv')).toBe('4');
});

test('touches nothing where a policy forbids updates, and says so', async ({ testbed }) => {
  const { machine } = testbed;
  const policy = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
  const value = ['/v', 'DisableWindowsUpdateAccess'];
  await machine.run('reg', ['add', policy, ...value, '/t', 'REG_DWORD', '/d', '1', '/f']);
  const before = backups(machine);
  const { code, stdout } = await runScript(machine);
  await machine.run('reg', ['delete', policy, ...value, '/f']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/Refused: The policy DisableWindowsUpdateAccess/);
  expect(backups(machine)).toEqual(before);
});

test('takes the first folder back when the second one can not be renamed', async ({ testbed }) => {
  const { machine, windowsUpdate } = testbed;
  test.skip(machine.isReal, 'the fault is made with a means of the host');
  const catalogues = machine.hostPath('C:\\windows\\system32\\catroot2');
  mkdirSync(catalogues, { recursive: true });
  writeFileSync(join(windowsUpdate.folder, 'old'), 'old');
  execFileSync('chattr', ['+i', catalogues]);
  const { code, stdout } = await runScript(machine, true).finally(() =>
    execFileSync('chattr', ['-i', catalogues]),
  );
  expect(stdout).toContain('What was done is taken back.');
  expect(code, stdout).toBe(2);
  expect(existsSync(join(windowsUpdate.folder, 'old'))).toBe(true);
  expect(existsSync(catalogues)).toBe(true);
  expect(await stateOf(machine, 'wuauserv')).toBe('4');
});
