import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FailureReport, type Report } from '@fleetmend/client-protocol';
import { downloadFailed, installFailed, lineOf, update } from './reporting-events';
import { type Started } from './testbed';
import { expect, test } from './windows-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'detection' });
test.skip(process.platform === 'win32', 'on a real Windows these files belong to Windows');

const isFailure =
  (code: string) =>
  (one: Report): one is FailureReport =>
    one.kind === 'failure' && one.code === code;
let client: Started;

test.beforeAll(async ({ testbed, server }) => {
  await testbed.client.must('enroll', '--server', server.url, '--token', server.token);
  client = testbed.client.start();
  await server.report((one) => one.kind === 'inventory');
});
test.afterAll(async ({ testbed }) => {
  await testbed.client.kill(client);
});

test('the reason that servicing wrote stands behind the code of Windows Update', async ({
  testbed,
  server,
}) => {
  const reason = `${localTime()}, Error                 CBS    Failed to perform operation.  [HRESULT = 0x800f081f - CBS_E_SOURCE_MISSING]\r\n`;
  append(testbed.machine.hostPath('C:\\windows\\Logs\\CBS\\CBS.log'), reason);
  testbed.windowsUpdate.write(installFailed('0x80070643'));
  expect(await server.report(isFailure('0x80070643'))).toMatchObject({
    phase: 'install',
    extendedCode: '0x800F081F',
    update: { kb: update.kb },
    evidence: [{ source: 'reporting-events' }, { source: 'cbs-log', record: reason.trimEnd() }],
  });
});

test('of the classic log only what Windows reported counts', async ({ testbed, server }) => {
  const log = testbed.machine.hostPath('C:\\windows\\WindowsUpdate.log');
  const [date, time] = localTime().split(' ');
  const head = `${date}\t${time}:000\t 988\t1d14`;
  append(log, `${head}\tHandler\tUH: DpxRestoreJob returned 0x80070002\r\n`);
  append(log, `${head}\tReport\tREPORT EVENT: ${lineOf(downloadFailed('0x80070003'))}`);
  expect(await server.report(isFailure('0x80070003'))).toMatchObject({
    phase: 'download',
    evidence: [{ source: 'windows-update-log' }],
  });
});

test('set-up and Windows Update tell of one failed feature update', async ({ testbed, server }) => {
  const report = testbed.machine.hostPath('C:\\windows\\Logs\\SetupDiag\\SetupDiagResults.xml');
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `\uFEFF${setupDiag()}`, 'utf16le');
  const title = 'Feature update to Windows 11, version 24H2';
  const row = installFailed('0xC1900101');
  testbed.windowsUpdate.write({ ...row, message: row.message.replace(update.title, title) });
  expect(await server.report(isFailure('0xC1900101'))).toMatchObject({
    extendedCode: '0x00030018',
    updateKind: 'feature',
    evidence: [{ source: 'reporting-events' }, { source: 'setup-results' }],
  });
});

test('each of them once, and what this machine lacks is called unavailable', async ({
  testbed,
  server,
}) => {
  testbed.windowsUpdate.write(downloadFailed('0x80240022'));
  await server.report(isFailure('0x80240022'));
  const codes = server.reports.flatMap((one) => (one.kind === 'failure' ? [one.code] : []));
  expect(codes).toEqual(['0x80070643', '0x80070003', '0xC1900101', '0x80240022']);
  expect(server.duplicates).toBe(0);

  const { stdout } = await testbed.client.must('status', '--json');
  const { sources } = JSON.parse(stdout) as {
    sources: readonly { readonly name: string; readonly available: boolean }[];
  };
  const standing = Object.fromEntries(sources.map(({ name, available }) => [name, available]));
  expect(standing).toMatchObject({
    'event-log:System': false,
    'reporting-events': true,
    'windows-update-log': true,
    'cbs-log': true,
    'setup-results': true,
    'update-history': false,
  });
});

function append(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, text);
}

/** As logs without an offset have it; the machine is in the time zone of the test. */
function localTime(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${date} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')}`;
}

function setupDiag(): string {
  return [
    '<?xml version="1.0" encoding="utf-16"?>',
    '<SetupDiag xmlns="https://learn.microsoft.com/windows/deployment/upgrade/setupdiag">',
    '<ProfileName>DriverInstallFailure</ProfileName>',
    `<SystemInfo><UpgradeEndTime>${localTime().replace(' ', 'T')}</UpgradeEndTime></SystemInfo>`,
    '<FailureData>Error: SetupDiag reports rollback failure. Error: 0xC1900101 - 0x30018</FailureData>',
    '</SetupDiag>',
  ].join('\r\n');
}
