import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectProxy } from './connect-proxy';
import { TlsFront } from './tls-front';
import { expect, test } from './windows-test';

test.describe.configure({ mode: 'serial' });
test.use({ purpose: 'the network' });

interface Status {
  readonly connection?: { readonly state: string; readonly message: string; problem?: string };
}

/** Real are the executable, its TLS and the ways it goes; under Wine its WinHTTP, too. */
test.describe('the way to the server', () => {
  let proxy: ConnectProxy;
  let front: TlsFront;
  test.beforeAll(async ({ server }) => {
    proxy = await ConnectProxy.to(server.port);
    front = await TlsFront.before(server.port);
  });
  test.afterAll(async () => {
    await proxy.close();
    await front.close();
  });

  const statusOf = async (client: { must(...args: string[]): Promise<{ stdout: string }> }) =>
    (JSON.parse((await client.must('status', '--json')).stdout) as Status).connection;

  test('leads to nobody whose certificate is not trusted, whatever the environment says', async ({
    testbed,
    server,
  }) => {
    const { client } = testbed;
    const refused = await client.runWith(
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      ...['enroll', '--server', front.url, '--token', server.token],
    );
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("an authority that this machine doesn't trust");
    expect(refused.stderr).toContain('--ca-file');
  });

  test('leads through a proxy, with its credentials and by TLS of an own authority', async ({
    testbed,
    server,
  }) => {
    const { client, machine } = testbed;
    proxy.credentials = 'me:hunter2';
    const file = (name: string, content: string) => {
      const path = `C:\\users\\Public\\${name}`;
      writeFileSync(machine.hostPath(path), content);
      return path;
    };
    const enrolment = ['enroll', '--server', front.url, '--token', server.token];
    const way = ['--proxy', `http://${proxy.address}`];
    const trust = ['--ca-file', file('ca.pem', front.authority)];
    const without = await client.run(...enrolment, ...way, ...trust);
    expect(without.code).toBe(1);
    expect(without.stderr).toContain('asks for authentication by Basic');
    const frontProxy = await ConnectProxy.to(Number(new URL(front.url).port));
    try {
      frontProxy.credentials = 'me:hunter2';
      const own = ['--proxy', `http://${frontProxy.address}`];
      const credentials = ['--proxy-credentials-file', file('proxy.txt', 'me\r\nhunter2\r\n')];
      await client.must(...enrolment, ...own, ...trust, ...credentials);
      const running = client.start();
      await server.report((one) => one.kind === 'inventory');
      expect(frontProxy.asked.length).toBeGreaterThan(1);
      expect(await statusOf(client)).toMatchObject({
        state: 'connected',
        message: expect.stringContaining(`through the proxy http://${frontProxy.address}`),
      });
      expect(running.output().stdout).not.toContain('hunter2');
      expect(running.output().stdout).not.toContain('Changes of the network are not noticed');
      await client.kill(running);
    } finally {
      await frontProxy.close();
    }
  });

  test('says in words why it leads nowhere', async ({ testbed }) => {
    const { client } = testbed;
    const running = client.start();
    let found = await statusOf(client);
    for (let looks = 0; looks < 100 && found?.problem !== 'proxy-unreachable'; looks += 1) {
      await delay(200);
      found = await statusOf(client);
    }
    expect(found).toMatchObject({ state: 'disconnected', problem: 'proxy-unreachable' });
    expect(found?.message).toContain('ECONNREFUSED');
    const doctor = await client.run('doctor');
    expect(doctor.stdout).toContain('ECONNREFUSED');
    await client.kill(running);
  });

  test('is the one that WinHTTP is set to, and else that of the environment', async ({
    testbed,
    server,
  }) => {
    const { client, machine } = testbed;
    test.skip(machine.isReal, 'it would change the settings of this Windows');
    proxy.credentials = undefined;
    // The proxy alone knows this name.
    const url = `http://fleet.test:${server.port}`;
    const enrolment = ['enroll', '--force', '--server', url, '--allow-http', '--proxy', 'system'];
    const token = ['--token', server.token];
    const nowhere = await client.run(...enrolment, ...token);
    expect(nowhere.stderr).toContain("fleet.test can't be resolved");

    const environment = { HTTP_PROXY: `http://${proxy.address}` };
    const byEnvironment = await client.runWith(environment, ...enrolment, ...token);
    expect(byEnvironment.code, byEnvironment.stderr).toBe(0);
    expect(proxy.asked).toContain(`fleet.test:${server.port}`);

    // As "netsh winhttp set proxy" writes it: magic, zero, flags, and two texts with their lengths.
    const settings = Buffer.alloc(20 + proxy.address.length);
    settings.writeUInt32LE(0x18, 0);
    settings.writeUInt32LE(0x2, 8);
    settings.writeUInt32LE(proxy.address.length, 12);
    settings.write(proxy.address, 16, 'latin1');
    const key =
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections';
    const value = ['/v', 'WinHttpSettings', '/t', 'REG_BINARY', '/d', settings.toString('hex')];
    expect(await machine.run('reg', ['add', key, ...value, '/f'])).toMatchObject({ code: 0 });
    proxy.asked.length = 0;
    await client.must(...enrolment, ...token);
    expect(proxy.asked).toContain(`fleet.test:${server.port}`);
    const running = client.start();
    await expect.poll(() => server.connected).toBe(1);
    expect((await statusOf(client))?.message).toContain('(set for WinHTTP)');
    await client.kill(running);
  });
});
