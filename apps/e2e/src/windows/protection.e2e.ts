import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from './windows-test';

test.use({ purpose: 'protection' });

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
    const findings = JSON.parse(stdout) as { id: string; message: string }[];
    const told = findings.find(({ id }) => id === 'environment-ignored')?.message;
    for (const name of Object.keys(env)) expect(told).toContain(name);
  }
  expect(existsSync(loaded)).toBe(false);
});
