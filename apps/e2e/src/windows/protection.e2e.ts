import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClientProgram } from './client-program';
import { expect, test } from './windows-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'protection' });

interface Finding {
  readonly id: string;
  readonly mark: string;
  readonly message: string;
  readonly fix?: string;
}

const examine = async (client: ClientProgram): Promise<readonly Finding[]> =>
  JSON.parse((await client.run('doctor', '--json')).stdout) as Finding[];

const PUBLIC = 'C:\\users\\Public';

test('nothing of the environment gets code, libraries or trust into it', async ({ testbed }) => {
  const { client, machine } = testbed;
  const loaded = machine.hostPath(`${PUBLIC}\\loaded.txt`);
  writeFileSync(
    machine.hostPath(`${PUBLIC}\\foreign.js`),
    "require('node:fs').writeFileSync('C:/users/Public/loaded.txt', '')",
  );
  writeFileSync(
    machine.hostPath(`${PUBLIC}\\foreign.cnf`),
    [
      'nodejs_conf = init',
      '[init]',
      'providers = providers',
      '[providers]',
      'foreign = foreign',
      '[foreign]',
      'module = C:\\\\users\\\\Public\\\\foreign.dll',
      'activate = 1',
    ].join('\n'),
  );
  // With the default of Node the first is loaded, and the second ends the program before it begins.
  for (const env of [
    { NODE_OPTIONS: `--require ${PUBLIC}\\foreign.js` },
    { OPENSSL_CONF: `${PUBLIC}\\foreign.cnf` },
    { NODE_EXTRA_CA_CERTS: `${PUBLIC}\\foreign.pem`, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  ]) {
    const { code, stdout, stderr } = await client.runWith(env, 'doctor', '--json');
    expect(code, stderr).toBe(1);
    const findings = JSON.parse(stdout) as Finding[];
    const told = findings.find(({ id }) => id === 'environment-ignored')?.message;
    for (const name of Object.keys(env)) expect(told).toContain(name);
  }
  expect(existsSync(loaded)).toBe(false);
});

test('doctor explains itself on a machine that was never enrolled, and makes nothing', async ({
  testbed,
}) => {
  const { client, machine } = testbed;
  const findings = await examine(client);
  expect(findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['not-enrolled', 'service-missing', 'folders', 'defender']),
  );
  for (const { id, mark, fix } of findings)
    if (mark === 'problem' || mark === 'warning') expect(fix, id).toBeTruthy();
  expect(existsSync(machine.hostPath('C:\\ProgramData\\FleetMend'))).toBe(false);
});

test("the machine's key is sealed, and useless without what belongs to it", async ({
  testbed,
  server,
}) => {
  const { client, machine } = testbed;
  await client.must('enroll', '--server', server.url, '--token', server.token);
  const data = machine.hostPath('C:\\ProgramData\\FleetMend');
  const state = ['client.db', 'client.db-wal']
    .map((name) => join(data, name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join();
  expect(state).toContain('sealed1:');
  expect(state).not.toContain('"d":"');
  expect((await examine(client)).map(({ id }) => id)).not.toContain('state-of-another-machine');

  const entropy = join(data, 'client.entropy');
  const kept = readFileSync(entropy);
  rmSync(entropy);
  const { code, stderr } = await client.run('run');
  expect(code).toBe(1);
  expect(stderr).toContain('belongs to another machine');
  expect((await examine(client)).map(({ id }) => id)).toContain('state-of-another-machine');
  writeFileSync(entropy, kept);
  const running = client.start();
  await server.report((one) => one.kind === 'inventory');
  await client.kill(running);
});

test('the path of the service is quoted, looked at, and put right', async ({ testbed }) => {
  const { client, machine } = testbed;
  await client.must('install');
  await client.stopService();
  const key = 'HKLM\\System\\CurrentControlSet\\Services\\FleetMendClient';
  const unquoted = 'C:\\Program Files\\FleetMend\\fleetmend-client.exe service';
  expect((await examine(client)).map(({ id }) => id)).toContain('service-path');
  await machine.run('reg', ['add', key, '/v', 'ImagePath', '/t', 'REG_SZ', '/d', unquoted, '/f']);
  const unsafe = (await examine(client)).find(({ id }) => id === 'service-path-unsafe');
  expect(unsafe).toMatchObject({
    mark: 'problem',
    fix: expect.stringContaining('install'),
  });
  await client.must('install');
  expect((await examine(client)).map(({ id }) => id)).toContain('service-path');
  await client.stopService();
});

test('what others may change is found, and closed when the client begins', async ({ testbed }) => {
  const { client, machine } = testbed;
  test.skip(
    machine.isReal,
    'Wine shows the modes of the host as access lists: that is how they are opened here',
  );
  const state = machine.hostPath('C:\\ProgramData\\FleetMend\\client.db');
  const program = machine.hostPath('C:\\Program Files\\FleetMend');
  for (const path of [state, program]) chmodSync(path, 0o777);
  const open = (await examine(client)).find(({ id }) => id === 'folder-writable');
  expect(open).toMatchObject({ mark: 'problem' });
  expect(open?.message).toMatch(/client\.db.*FleetMend/);
  await client.startService();
  await expect.poll(() => client.log()).toContain('It was taken from them.');
  expect((await examine(client)).map(({ id }) => id)).not.toContain('folder-writable');
  await client.stopService();
});

test('a service that stands still is ended, and the next one says why', async ({ testbed }) => {
  const { client, machine } = testbed;
  test.skip(machine.isReal, 'the restart of a real machine would end its own test');
  // Where Windows itself takes the environment of services from, when it starts.
  const key = 'HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment';
  const set = (name: string, value: string) =>
    machine.run('reg', ['add', key, '/v', name, '/d', value, '/f']);
  await set('FLEETMEND_CLIENT_WATCHDOG_MS', '2000');
  await set('FLEETMEND_CLIENT_HANG_AFTER_MS', '1000');
  await machine.restart();
  await client.untilService('RUNNING');
  await client.untilService('STOPPED');
  expect(existsSync(machine.hostPath('C:\\ProgramData\\FleetMend\\client.alive'))).toBe(false);

  await machine.run('reg', ['delete', key, '/v', 'FLEETMEND_CLIENT_HANG_AFTER_MS', '/f']);
  await machine.restart();
  await client.untilService('RUNNING');
  await expect.poll(() => client.log()).toContain('the watchdog ended it');
  const told = (await examine(client)).find(({ id }) => id === 'lives' || id === 'crash-loop');
  expect(told?.message).toContain('the service ended');
  await client.stopService();
  await client.must('uninstall');
});
