import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FailureReport, type HistoryReport, type Report } from '@fleetmend/client-protocol';
import { downloadFailed, installed, scanEnded, update } from './reporting-events';
import { expect, test } from './windows-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'the service' });

const target = { code: '0x80070002', phase: 'download', updateId: update.id, kb: update.kb };
const isFailure =
  (code: string) =>
  (one: Report): one is FailureReport =>
    one.kind === 'failure' && one.code === code;
let resetRun: string;

test('enrols, installs itself, and Windows starts it as a service', async ({ testbed, server }) => {
  const { client, machine } = testbed;
  await client.must('enroll', '--server', server.url, '--token', server.token);
  await client.must('install');
  const { stdout } = await machine.run('reg', [
    'query',
    'HKLM\\System\\CurrentControlSet\\Services\\FleetMendClient',
    '/v',
    'ImagePath',
  ]);
  expect(stdout).toContain('"C:\\Program Files\\FleetMend\\fleetmend-client.exe" service');

  await client.startService();
  const report = await server.report((one) => one.kind === 'inventory');
  expect(report).toMatchObject({
    inventory: {
      os: {
        name: expect.stringContaining(machine.system.name) as unknown,
        build: machine.system.build,
        architecture: 'x64',
      },
      services: expect.arrayContaining([
        { name: 'wuauserv', state: 'running', startType: 'manual' },
      ]) as unknown,
    },
  });
});

test('reports a failure within two seconds, with its evidence, and only once', async ({
  testbed,
  server,
}) => {
  const { client, windowsUpdate } = testbed;
  const begun = Date.now();
  windowsUpdate.write(downloadFailed('0x80070002'));
  const failure = await server.report(isFailure('0x80070002'));
  expect(Date.now() - begun).toBeLessThan(2000);
  expect(failure).toMatchObject({
    phase: 'download',
    update: { id: update.id, revision: update.revision },
    evidence: [{ source: 'reporting-events' }],
  });

  await client.stopService();
  windowsUpdate.write(downloadFailed('0x80070003'));
  await client.startService();
  await server.report(isFailure('0x80070003'));
  // A real Windows may have failures of its own.
  const ofTheTest = (one: Report) => one.kind === 'failure' && one.update.id === update.id;
  expect(server.reports.filter(ofTheTest)).toHaveLength(2);
});

test('a dry run says what it would do and does nothing', async ({ testbed, server }) => {
  const { windowsUpdate } = testbed;
  const runId = await server.order({ mode: 'dry-run' });
  expect(await server.verdict(runId)).toMatchObject({ verdict: 'dry-run-done' });
  const told = server.eventsOf(runId).map((event) => (event.event === 'step' ? event.message : ''));
  expect(told.join('\n')).toMatch(/Would rename ".*\\SoftwareDistribution"/i);
  expect(windowsUpdate.isOriginal()).toBe(true);
  expect(windowsUpdate.backups()).toEqual([]);
  expect(await windowsUpdate.state()).toBe('RUNNING');
});

test('orders that are not right are refused, reported, and not followed', async ({
  testbed,
  server,
}) => {
  const { windowsUpdate } = testbed;
  await server.order({ signedBy: 'somebody-else' });
  await server.report((one) => one.kind === 'rejected-order' && one.reason === 'bad-signature');
  server.forgetOrders();

  const past = Math.floor(Date.now() / 1000) - 7200;
  const expired = await server.order({ iat: past, exp: past + 60 });
  await server.report(
    (one) =>
      one.kind === 'run-event' &&
      one.event === 'refused' &&
      one.runId === expired &&
      one.reason === 'expired-order',
  );
  const unknown = await server.order({ playbook: 'format-disk' });
  await server.report(
    (one) =>
      one.kind === 'run-event' &&
      one.event === 'refused' &&
      one.runId === unknown &&
      one.reason === 'unknown-playbook',
  );
  server.forgetOrders();
  expect(windowsUpdate.isOriginal()).toBe(true);
  expect(windowsUpdate.backups()).toEqual([]);
});

test('a signed order stops the real service, renames the real folder, and proves that it helped', async ({
  testbed,
  server,
}) => {
  const { windowsUpdate } = testbed;
  windowsUpdate.afterReset = [scanEnded(), installed()];
  resetRun = await server.order({ failure: target });
  expect(await server.verdict(resetRun)).toMatchObject({ verdict: 'fixed', level: 'L2' });

  expect(windowsUpdate.backups()).toHaveLength(1);
  const backup = join(windowsUpdate.folder, '..', windowsUpdate.backups()[0] ?? '');
  expect(windowsUpdate.isOriginal(backup)).toBe(true);
  expect(existsSync(windowsUpdate.folder)).toBe(true);
  expect(windowsUpdate.isOriginal()).toBe(false);
  expect(await windowsUpdate.state()).toBe('RUNNING');

  const events = server.eventsOf(resetRun);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
  const steps = events.flatMap((one) =>
    one.event === 'step' ? [`${one.stepId} ${one.state}`] : [],
  );
  expect(steps).toEqual(
    expect.arrayContaining([
      'stop-services done',
      'rename-directory done',
      'restore-services done',
    ]),
  );
  const history = server.reports.find(
    (one): one is HistoryReport => one.kind === 'history' && one.name === 'ReportingEvents.log',
  );
  expect(history?.content).toContain('AGENT_DOWNLOAD_FAILED');
});

test('undo puts the old folder back', async ({ testbed, server }) => {
  const { windowsUpdate } = testbed;
  const runId = await server.order({ mode: 'undo', undoes: resetRun });
  expect(await server.verdict(runId)).toMatchObject({ verdict: 'undone' });
  expect(windowsUpdate.isOriginal()).toBe(true);
  expect(await windowsUpdate.state()).toBe('RUNNING');
});

test('an order counts once, however often it comes', async ({ testbed, server }) => {
  const { windowsUpdate } = testbed;
  server.forgetOrders();
  const before = windowsUpdate.backups();
  await server.order({ jti: resetRun });
  await server.report((one) => one.kind === 'rejected-order' && one.reason === 'replayed-order');
  expect(windowsUpdate.backups()).toEqual(before);
  expect(windowsUpdate.isOriginal()).toBe(true);
  server.forgetOrders();
});

test('what fails while the server is away is reported when it is back', async ({
  testbed,
  server,
}) => {
  await server.goAway();
  testbed.windowsUpdate.write(downloadFailed('0x80240022'));
  await expect.poll(() => server.connected).toBe(0);
  await server.comeBack();
  await server.report(isFailure('0x80240022'));
  expect(server.reports.filter(isFailure('0x80240022'))).toHaveLength(1);
});

test('killed in the middle of a run, it goes on when Windows starts it again', async ({
  testbed,
  server,
}) => {
  const { client, windowsUpdate } = testbed;
  const runId = await server.order({ failure: target });
  await server.report(
    (one) =>
      one.kind === 'run-event' &&
      one.event === 'step' &&
      one.runId === runId &&
      one.stepId === 'stop-services',
  );
  await client.killService();
  await client.startService();
  expect(await server.verdict(runId)).toMatchObject({ verdict: 'fixed' });
  expect(await windowsUpdate.state()).toBe('RUNNING');
});

test('after a power cut in the middle of a run Windows starts it, and it goes on', async ({
  testbed,
  server,
}) => {
  const { client, machine, windowsUpdate } = testbed;
  test.skip(machine.isReal, 'the restart of a real machine would end its own test');
  const runId = await server.order({ failure: target });
  await server.report(
    (one) =>
      one.kind === 'run-event' &&
      one.event === 'step' &&
      one.runId === runId &&
      one.stepId === 'rename-directory',
  );
  await machine.restart();
  await client.untilService('RUNNING');
  // After a restart Windows starts the update service when something needs it; here nobody else does.
  await machine.run('sc', ['start', 'wuauserv']);
  expect(await server.verdict(runId)).toMatchObject({ verdict: 'fixed' });
  expect(await windowsUpdate.state()).toBe('RUNNING');
  expect(existsSync(windowsUpdate.folder)).toBe(true);
});

test('stops well within the time that Windows allows, and leaves nothing behind', async ({
  testbed,
}) => {
  const { client } = testbed;
  expect(await client.stopService()).toBeLessThan(10_000);
  await client.must('uninstall');
  expect(await client.serviceState()).toBe('MISSING');
});
