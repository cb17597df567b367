import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { type ClientUpdateReport, type Report } from '@fleetmend/client-protocol';
import { quick } from './client-program';
import { ReleaseWorkshop } from './release-workshop';
import { type WindowsMachine } from './testbed';
import { expect, test, type Testbed } from './windows-test';

/**
 * Real: executables, Windows' service manager, the file system, HTTP, signatures. Not real: the server, which the test
 * holds in its hands. The guard looks every 500 ms instead of every 15 s.
 */
test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'updates' });

const PROGRAM = 'C:\\Program Files\\FleetMend\\fleetmend-client.exe';
const UPDATE = 'C:\\Program Files\\FleetMend\\update';
const GUARD = 'FleetMendUpdate';
const STATE_COPY = 'C:\\ProgramData\\FleetMend\\client.db.before-update';

let workshop: ReleaseWorkshop;

const about =
  (releaseId: string, state: ClientUpdateReport['state']) =>
  (report: Report): report is ClientUpdateReport =>
    report.kind === 'client-update' && report.releaseId === releaseId && report.state === state;

test.beforeAll(async ({ testbed, server }) => {
  test.setTimeout(240_000);
  workshop = await ReleaseWorkshop.open();
  const { client, machine } = testbed;
  copyFileSync(await workshop.program('0.1.0'), machine.hostPath(client.downloaded));
  await quickGuard(machine);
  await client.must('enroll', '--server', server.url, '--token', server.token);
  await client.must('install');
  await client.startService();
  await expect.poll(() => server.releases.askedBy.at(-1)).toBe('0.1.0');
});

/**
 * What the guard, a service that isn't there yet, will find in its environment. A real Windows reads this at its next
 * start only: there the guard takes its ten minutes.
 */
async function quickGuard(machine: WindowsMachine): Promise<void> {
  if (machine.isReal) return;
  const key = 'HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment';
  for (const [name, value] of Object.entries(quick)) {
    await machine.run('reg', ['add', key, '/v', name, '/t', 'REG_SZ', '/d', value, '/f']);
  }
  await machine.restart();
}

/** Nothing of the update is left: no service, no files, no copy of the state. */
async function expectNothingLeft({ machine, client }: Testbed): Promise<void> {
  await expect
    .poll(async () => (await machine.run('sc', ['query', GUARD])).stdout, { timeout: 30_000 })
    .not.toContain('STATE');
  for (const file of [
    'journal.json',
    'confirmation.json',
    'new.exe',
    'guard.exe',
    'previous.exe',
  ]) {
    await expect
      .poll(() => existsSync(machine.hostPath(`${UPDATE}\\${file}`)), { timeout: 30_000 })
      .toBe(false);
  }
  expect(existsSync(machine.hostPath(STATE_COPY))).toBe(false);
  expect(await client.serviceState()).toBe('RUNNING');
}

test('old to new: a release that is offered takes the place of the client', async ({
  testbed,
  server,
}) => {
  const { machine } = testbed;
  const release = await workshop.release('0.2.0');
  server.releases.bytesAtOnce = 40_000_000;
  const id = server.releases.offer(release);
  await server.report(about(id, 'downloading'));
  await server.report(about(id, 'installing'));
  const installed = await server.report(about(id, 'installed'), 120_000);
  expect(installed).toMatchObject({ version: '0.2.0' });
  // The download ended too early twice, and went on where it was.
  expect(server.releases.partsFrom).toEqual([0, 40_000_000, 80_000_000]);
  server.releases.bytesAtOnce = Number.POSITIVE_INFINITY;
  expect(readFileSync(machine.hostPath(PROGRAM)).equals(readFileSync(release.file))).toBe(true);
  expect((await machine.run(PROGRAM, ['--version'])).stdout.trim()).toBe('0.2.0');
  await expectNothingLeft(testbed);
});

for (const [what, version, program, reason] of [
  ['ends at once', '0.3.0', 'ends-at-once', /^(crashes|does-not-start)$/],
  ['runs, but never connects', '0.3.1', 'never-connects', /^does-not-connect$/],
] as const) {
  test(`new to broken and back: a release that ${what} is taken back`, async ({
    testbed,
    server,
  }) => {
    const { machine } = testbed;
    test.setTimeout(machine.isReal ? 1_200_000 : 300_000);
    const before = readFileSync(machine.hostPath(PROGRAM));
    const id = server.releases.offer(await workshop.release(version, program));
    await server.report(about(id, 'installing'), 60_000);
    const back = await server.report(about(id, 'rolled-back'), machine.isReal ? 900_000 : 120_000);
    expect(back).toMatchObject({
      version: '0.2.0',
      reason: expect.stringMatching(reason),
    });
    expect(readFileSync(machine.hostPath(PROGRAM)).equals(before)).toBe(true);
    await expectNothingLeft(testbed);
  });
}

test('a release that Windows can not even start is taken back', async ({ testbed, server }) => {
  const id = server.releases.offer(workshop.releaseOfRubbish('0.3.2'));
  const back = await server.report(about(id, 'rolled-back'), 120_000);
  expect(back).toMatchObject({ version: '0.2.0', reason: 'does-not-start' });
  await expectNothingLeft(testbed);
});

test('a release whose executable calls itself otherwise than its manifest is taken back', async ({
  testbed,
  server,
}) => {
  const release = await workshop.release('0.4.0', undefined, { version: '0.3.3' });
  const id = server.releases.offer(release);
  expect(await server.report(about(id, 'rolled-back'), 120_000)).toMatchObject({
    ...{ version: '0.2.0', reason: 'wrong-version' },
  });
  await expectNothingLeft(testbed);
});

test('what was taken back is not taken again, and an older version never', async ({ server }) => {
  const again = server.releases.offer(await workshop.release('0.3.0', 'ends-at-once'));
  expect(await server.report(about(again, 'failed'))).toMatchObject({ reason: 'known-bad' });
  const older = server.releases.offer(await workshop.release('0.1.0'));
  expect(await server.report(about(older, 'failed'))).toMatchObject({ reason: 'not-newer' });
});

test('an executable that is not the one of its manifest is not run', async ({ server }) => {
  const id = server.releases.offer(workshop.tampered(await workshop.release('0.5.0')));
  expect(await server.report(about(id, 'failed'), 60_000)).toMatchObject({
    reason: 'wrong-content',
  });
});

test('after a power cut in the middle of an update, it goes on', async ({ testbed, server }) => {
  const { machine, client } = testbed;
  test.skip(machine.isReal, 'the restart of a real machine would end its own test');
  const id = server.releases.offer(await workshop.release('0.5.0'));
  await server.report(about(id, 'installing'), 60_000);
  // An honest server doesn't offer what is installed.
  server.releases.withdraw();
  await expect
    .poll(() => existsSync(machine.hostPath(`${UPDATE}\\previous.exe`)), { intervals: [5] })
    .toBe(true);
  await machine.restart();
  await client.untilService('RUNNING');
  expect(await server.report(about(id, 'installed'), 120_000)).toMatchObject({ version: '0.5.0' });
  await expectNothingLeft(testbed);
});

test('status and doctor tell of it', async ({ testbed }) => {
  const { machine } = testbed;
  const status = await machine.run(PROGRAM, ['status']);
  expect(status.stdout).toContain('Last update: Version 0.5.0 runs in place of 0.2.0.');
  await testbed.client.must('uninstall');
  expect(await testbed.client.serviceState()).toBe('MISSING');
});
