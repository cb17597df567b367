import { type Ended } from './testbed';
import { expect, test } from './windows-test';

/**
 * Playbooks that somebody carries out at the machine, with the real executable, registry and service control manager.
 * Wine has wuauserv, BITS and MSIServer as services, and neither w32time nor w32tm: what it lacks must be said.
 */
test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'playbooks at the machine' });

const SERVICES = 'HKLM\\System\\CurrentControlSet\\Services';
const UPGRADE = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\OSUpgrade';

test.beforeEach(({ testbed }) => {
  test.skip(testbed.machine.isReal, 'on a real machine services and its clock are not for tests');
});

test('repairs disabled update services, and takes it back', async ({ testbed }) => {
  const { client, machine } = testbed;
  const startType = async (service: string) => {
    const { stdout } = await machine.run('reg', [
      'query',
      `${SERVICES}\\${service}`,
      '/v',
      'Start',
    ]);
    return /REG_DWORD\s+(0x\d)/.exec(stdout)?.[1];
  };
  for (const service of ['wuauserv', 'BITS']) {
    const value = ['/v', 'Start', '/t', 'REG_DWORD', '/d', '4', '/f'];
    await machine.run('reg', ['add', `${SERVICES}\\${service}`, ...value]);
  }
  // The service manager reads the registry when it starts.
  await machine.restart();
  const dry = await client.must('remediate', 'repair-update-services', '--dry-run');
  expect(dry.stdout).toMatch(/Would make bits manual, wuauserv manual\./i);
  expect(dry.stdout).toContain('Not on this Windows: cryptsvc, dosvc, usosvc.');
  expect(await startType('wuauserv')).toBe('0x4');

  const { stdout } = await client.must('remediate', 'repair-update-services');
  expect(stdout).toContain('wuauserv was disabled, now manual');
  expect(stdout).toContain('Verdict: done.');
  expect([await startType('wuauserv'), await startType('BITS')]).toEqual(['0x3', '0x3']);

  const runId = await lastRun(client);
  const undone = await client.must('remediate', 'repair-update-services', '--undo', runId);
  expect(undone.stdout).toContain('Verdict: undone.');
  expect([await startType('wuauserv'), await startType('BITS')]).toEqual(['0x4', '0x4']);
});

test('sets AllowOSUpgrade only for whoever insists, and takes value and key away again', async ({
  testbed,
}) => {
  const { client, machine } = testbed;
  const value = async () => {
    const { stdout } = await machine.run('reg', ['query', UPGRADE, '/v', 'AllowOSUpgrade']);
    return /REG_DWORD\s+(0x\d)/.exec(stdout)?.[1];
  };
  const refused = await client.run('remediate', 'allow-os-upgrade');
  expect(refused.stdout).toContain('withoutFailure');
  const insist = ['--parameter', 'withoutFailure=true', '--parameter', 'evenIfUndocumented=true'];
  const { stdout } = await client.must('remediate', 'allow-os-upgrade', ...insist);
  expect(stdout).toContain('has no documented meaning for AllowOSUpgrade');
  expect(await value()).toBe('0x1');
  await client.must('remediate', 'allow-os-upgrade', '--undo', await lastRun(client));
  expect(await value()).toBeUndefined();
  expect((await machine.run('reg', ['query', UPGRADE])).code).not.toBe(0);
});

test('says of the clock what can not be done here', async ({ testbed }) => {
  const { stdout } = await testbed.client.must('remediate', 'sync-clock', '--dry-run');
  expect(stdout).toContain("This server's time is not known here.");
  expect(stdout).toContain('w32time is not registered');
  const real = await testbed.client.run('remediate', 'sync-clock');
  expect(real.stdout).toContain('Verdict: unverified.');
});

test('says what a restart would do', async ({ testbed }) => {
  // For real it would end the machine that the test runs on: Wine's restart is that of its programs only.
  const { stdout } = await testbed.client.must('remediate', 'restart-machine', '--dry-run');
  expect(stdout).toMatch(/Windows is up for \d/);
  expect(stdout).toMatch(
    /The maintenance window is open now\. (Nobody is signed in|Would ask|Who is signed in)/,
  );
  expect(stdout).toContain('Would have Windows restart, 30 seconds after telling so.');
});

async function lastRun(client: { must(...args: string[]): Promise<Ended> }): Promise<string> {
  const { stdout } = await client.must('status', '--json');
  const { runs } = JSON.parse(stdout) as { runs: { runId: string }[] };
  const [last] = runs;
  if (!last) throw new Error(`"status" names no run:\n${stdout}`);
  return last.runId;
}
