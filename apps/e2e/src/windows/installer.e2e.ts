import { existsSync, rmSync } from 'node:fs';
import { installed, scanEnded, update } from './reporting-events';
import { InstallerPackage, listedVersion } from './installer-package';
import { type Testbed } from './windows-test';
import { expect, test } from './windows-test';

const EXECUTABLE = 'C:\\Program Files\\FleetMend\\fleetmend-client.exe';
const SERVICE = 'HKLM\\System\\CurrentControlSet\\Services\\FleetMendClient';

/**
 * Real: the packages, Windows Installer (Wine's own, or Windows'), the service manager, the executable, the enrolment.
 */
test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'the installer' });
test.skip(InstallerPackage.missing() !== undefined, InstallerPackage.missing() ?? '');

const isThere = ({ machine }: Testbed, path: string) => existsSync(machine.hostPath(path));

test('refuses half of an enrolment, and a server that can not be one', async ({
  testbed,
  server,
}) => {
  const first = InstallerPackage.on(testbed.machine, 'client');
  const half = await first.install(`SERVERURL=${server.url}`);
  expect(half.code).not.toBe(0);
  expect(await testbed.client.serviceState()).toBe('MISSING');

  const wrong = await first.install('SERVERURL=ftp://x', `ENROLLTOKEN=${server.token}`);
  expect(wrong.code).not.toBe(0);
  expect(wrong.log).not.toContain(server.token);
});

test('installs silently, enrols, and the service connects', async ({ testbed, server }) => {
  const { machine, client } = testbed;
  const first = InstallerPackage.on(machine, 'client');
  const ended = await first.install(`SERVERURL=${server.url}`, `ENROLLTOKEN=${server.token}`);
  expect(ended, ended.log.slice(-4000)).toMatchObject({ code: 0 });
  expect(ended.log).not.toContain(server.token);
  await client.untilService('RUNNING');
  await server.report((one) => one.kind === 'inventory');
  const { stdout } = await machine.run('reg', ['query', SERVICE]);
  expect(stdout).toContain(`"${EXECUTABLE}" service`);
  // What Windows Installer has no table for; Wine keeps no actions after failures.
  expect(stdout).toContain(machine.isReal ? 'FailureActions' : 'PreshutdownTimeout');
  expect(stdout).not.toContain(server.token);
  expect(isThere(testbed, 'C:\\ProgramData\\FleetMend\\enrolment.json')).toBe(false);
  expect(await listedVersion(machine)).toBeDefined();
});

test('a later version takes its place in the middle of a run, which goes on, and keeps the enrolment', async ({
  testbed,
  server,
}) => {
  const { machine, client, windowsUpdate } = testbed;
  windowsUpdate.afterReset = [scanEnded(), installed()];
  const runId = await server.order({
    failure: { code: '0x80070002', phase: 'download', updateId: update.id, kb: update.kb },
  });
  await server.report(
    (one) =>
      one.kind === 'run-event' &&
      one.event === 'step' &&
      one.runId === runId &&
      one.stepId === 'stop-services',
  );
  const before = { machineId: server.machineId, version: await listedVersion(machine) };
  const later = await InstallerPackage.on(machine, 'client-later').install();
  expect(later, later.log.slice(-4000)).toMatchObject({ code: 0 });
  await client.untilService('RUNNING');
  await expect.poll(() => server.connected, { timeout: 30_000 }).toBe(1);
  expect(server.machineId).toBe(before.machineId);
  expect(await listedVersion(machine)).not.toBe(before.version);
  expect(await server.verdict(runId)).toMatchObject({ verdict: 'fixed' });
  expect(await windowsUpdate.state()).toBe('RUNNING');
  const { stdout } = await machine.run('reg', ['query', SERVICE, '/v', 'ImagePath']);
  expect(stdout).toContain(`"${EXECUTABLE}" service`);
});

test('an earlier version is refused, and nothing changes', async ({ testbed, server }) => {
  const { machine, client } = testbed;
  const before = await listedVersion(machine);
  expect((await InstallerPackage.on(machine, 'client').install()).code).not.toBe(0);
  expect(await listedVersion(machine)).toBe(before);
  expect(await client.serviceState()).toBe('RUNNING');
  expect(server.connected).toBe(1);
});

test('a repair brings a lost executable back', async ({ testbed, server }) => {
  const { machine, client } = testbed;
  await client.stopService();
  rmSync(machine.hostPath(EXECUTABLE));
  const repaired = await InstallerPackage.on(machine, 'client-later').repair();
  expect(repaired, repaired.log.slice(-4000)).toMatchObject({ code: 0 });
  expect(isThere(testbed, EXECUTABLE)).toBe(true);
  await client.untilService('RUNNING');
  await expect.poll(() => server.connected, { timeout: 30_000 }).toBe(1);
});

test('removal leaves the data for a new installation, and nothing else', async ({
  testbed,
  server,
}) => {
  const { machine, client } = testbed;
  const { machineId } = server;
  const later = InstallerPackage.on(machine, 'client-later');
  const removed = await later.remove();
  expect(removed, removed.log.slice(-4000)).toMatchObject({ code: 0 });
  expect(await client.serviceState()).toBe('MISSING');
  expect(isThere(testbed, 'C:\\Program Files\\FleetMend')).toBe(false);
  expect(isThere(testbed, 'C:\\ProgramData\\FleetMend\\client.db')).toBe(true);
  expect(await listedVersion(machine)).toBeUndefined();

  expect((await later.install()).code).toBe(0);
  await expect.poll(() => server.connected, { timeout: 30_000 }).toBe(1);
  expect(server.machineId).toBe(machineId);
});

test('removal with PURGE=1 leaves nothing', async ({ testbed }) => {
  const { machine, client } = testbed;
  const removed = await InstallerPackage.on(machine, 'client-later').remove('PURGE=1');
  expect(removed, removed.log.slice(-4000)).toMatchObject({ code: 0 });
  expect(await client.serviceState()).toBe('MISSING');
  expect(isThere(testbed, 'C:\\Program Files\\FleetMend')).toBe(false);
  expect(isThere(testbed, 'C:\\ProgramData\\FleetMend')).toBe(false);
  expect(await listedVersion(machine)).toBeUndefined();
});
