import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Inventory } from '@fleetmend/client-protocol';
import { type FakeServer } from './fake-server';
import { downloadFailed, scanEnded } from './reporting-events';
import { type WindowsMachine } from './testbed';
import { expect, test } from './windows-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'the inventory' });

const POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const CURRENT_VERSION = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const FIRMWARE = 'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS';
const CLOUD_JOIN = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin';
const TIME = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';
const TENANT = 'c0ffee00-0000-4000-8000-000000000001';

async function setValue(
  machine: WindowsMachine,
  key: string,
  name: string,
  value: string | number,
) {
  const type = typeof value === 'number' ? 'REG_DWORD' : 'REG_SZ';
  const args = ['add', key, '/v', name, '/t', type, '/d', String(value), '/f', '/reg:64'];
  const { code, stderr } = await machine.run('reg', args);
  if (code !== 0) throw new Error(`${key} ${name}: ${stderr}`);
}

/** The next inventory that `matches`. */
async function inventoryThat(
  server: FakeServer,
  matches: (inventory: Inventory) => boolean,
): Promise<Inventory> {
  const report = await server.report((one) => one.kind === 'inventory' && matches(one.inventory));
  if (report.kind !== 'inventory') throw new Error('This is no inventory.');
  return report.inventory;
}

test('what this Windows says of itself arrives', async ({ testbed, server }) => {
  const { client, machine } = testbed;
  await client.must('enroll', '--server', server.url, '--token', server.token);
  await client.must('install');
  await client.startService();
  const told = await inventoryThat(server, ({ clockOffsetMs }) => clockOffsetMs !== undefined);
  expect(told).toMatchObject({
    hostname: expect.stringMatching(/./),
    os: {
      name: expect.stringContaining(machine.system.name) as unknown,
      ...{ build: machine.system.build, architecture: 'x64' },
      language: expect.stringMatching(/^[a-z]{2,3}-/) as unknown,
      edition: expect.stringMatching(/./) as unknown,
      installationType: expect.stringMatching(/^(Client|Server)/) as unknown,
    },
    join: { membership: expect.stringMatching(/^(domain|workgroup|none)$/) as unknown },
    pendingRestart: { pending: expect.any(Boolean) as unknown },
    updatePolicy: { automaticUpdatesDisabled: expect.any(Boolean) as unknown },
    power: { onBattery: expect.any(Boolean) as unknown },
    client: { rejectedReports: 0, startedAt: expect.stringMatching(/^2/) as unknown },
  });
  expect(told.freeSystemDiskBytes).toBeGreaterThan(1_000_000);
  expect(Math.abs(told.clockOffsetMs ?? Infinity)).toBeLessThan(60_000);
  expect(told.client?.dataBytes).toBeGreaterThan(10_000);
  expect(Date.parse(told.bootedAt ?? '')).toBeLessThan(Date.now());
  expect(Intl.supportedValuesOf('timeZone').concat('UTC')).toContain(told.timeZone);
});

test('what others left on the machine arrives: policies, revision, join, and a folder with its size', async ({
  testbed,
  server,
}) => {
  const { client, machine } = testbed;
  test.skip(machine.isReal, 'policies and the registry of a real Windows are not ours to change');
  await client.stopService();
  await setValue(machine, POLICY, 'WUServer', 'http://wsus.corp.example:8530');
  await setValue(machine, POLICY, 'DeferFeatureUpdatesPeriodInDays', 30);
  await setValue(machine, `${POLICY}\\AU`, 'UseWUServer', 1);
  await setValue(machine, CURRENT_VERSION, 'UBR', 4349);
  await setValue(machine, CURRENT_VERSION, 'DisplayVersion', '24H2');
  await setValue(machine, FIRMWARE, 'SystemManufacturer', 'LENOVO');
  await setValue(machine, FIRMWARE, 'SystemProductName', '21HMCTO1WW');
  await setValue(machine, `${CLOUD_JOIN}\\JoinInfo\\0123456789ABCDEF`, 'TenantId', TENANT);
  await setValue(machine, `${CLOUD_JOIN}\\TenantInfo\\${TENANT}`, 'DisplayName', 'Corp');
  await setValue(machine, TIME, 'Type', 'NT5DS');
  const foreign = join(machine.hostPath('C:\\windows'), 'SDTemp');
  mkdirSync(join(foreign, 'Download'), { recursive: true });
  writeFileSync(join(foreign, 'DataStore.edb'), 'x'.repeat(10_000));
  writeFileSync(join(foreign, 'Download', 'half.cab'), 'x'.repeat(2345));
  const servicing = join(machine.hostPath('C:\\windows'), 'WinSxS');
  mkdirSync(servicing, { recursive: true });
  writeFileSync(join(servicing, 'pending.xml'), '<PendingTransaction/>');

  await client.startService();
  const told = await inventoryThat(
    server,
    ({ backups }) => backups?.folders[0]?.bytes !== undefined,
  );
  expect(told).toMatchObject({
    os: { revision: 4349, displayVersion: '24H2', version: `10.0.${machine.system.build}.4349` },
    hardware: { manufacturer: 'LENOVO', model: '21HMCTO1WW' },
    join: { entraJoined: true, entraTenantId: TENANT, entraTenantName: 'Corp' },
    timeSource: { type: 'NT5DS' },
    pendingRestart: { pending: true, reasons: ['component-store'] },
    updatePolicy: {
      wsusServer: 'http://wsus.corp.example:8530',
      settings: [
        { name: 'WUServer', value: 'http://wsus.corp.example:8530', from: 'group-policy' },
        { name: 'DeferFeatureUpdatesPeriodInDays', value: 30, from: 'group-policy' },
        { name: 'UseWUServer', value: 1, from: 'group-policy' },
      ],
    },
    backups: { folders: [{ origin: 'foreign', bytes: 12_345, files: 2 }] },
  });
  const [folder] = told.backups?.folders ?? [];
  expect(folder?.path.toLowerCase()).toBe('c:\\windows\\sdtemp');
  expect(folder?.runId).toBeUndefined();
  expect(Date.parse(folder?.createdAt ?? '')).toBeGreaterThan(Date.parse('2020-01-01'));
  rmSync(join(servicing, 'pending.xml'));
});

test('what a run of FleetMend sets aside is told with its run and its size, without being asked', async ({
  testbed,
  server,
}) => {
  const { windowsUpdate } = testbed;
  const runId = await server.order({
    parameters: { ignorePendingRestart: true, verifyMinutes: 1 },
  });
  windowsUpdate.afterReset = [scanEnded()];
  await server.verdict(runId);
  const told = await inventoryThat(
    server,
    ({ backups }) => backups?.folders.some((one) => one.runId === runId && one.bytes) ?? false,
  );
  const ours = told.backups?.folders.find((one) => one.runId === runId);
  expect(ours).toMatchObject({ origin: 'fleetmend' });
  expect(ours?.path.split('\\').at(-1)).toBe(
    windowsUpdate.backups().find((name) => name.includes('.bak-')),
  );
  expect(Math.abs(Date.parse(ours?.setAsideAt ?? '') - Date.now())).toBeLessThan(600_000);
});

test('nothing of it is told twice while nothing changes', async ({ testbed, server }) => {
  const { client } = testbed;
  const inventories = () => server.reports.filter((one) => one.kind === 'inventory').length;
  const before = inventories();
  await server.goAway();
  await expect.poll(() => server.connected).toBe(0);
  await server.comeBack();
  testbed.windowsUpdate.write(downloadFailed('0x80240022'));
  await server.report((one) => one.kind === 'failure' && one.code === '0x80240022');
  expect(inventories()).toBe(before);
  await client.stopService();
  await client.must('uninstall');
});
