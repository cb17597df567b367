import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type ServerCertificate, TestAuthority } from '../../testing/authority';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { TestProxy } from '../../testing/test-proxy';
import { type Clock, systemClock } from '../clock';
import { silentLog } from '../log';
import { privateKeySchema } from '../state/identity';
import { writeMetadata } from '../state/metadata';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Connection, type ConnectionStatus } from './connection';
import { Pauses } from './pauses';
import { type Proxy, proxyOf } from './proxy';
import { Route } from './route';
import { ServerClock } from './server-clock';

/** Real sockets, real TLS, a real proxy; the server is the specs' own. */
describe('ways to the server', () => {
  let authority: TestAuthority;
  let state: State;
  let stop: AbortController;
  let proxy: TestProxy;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    authority = await TestAuthority.make();
  });
  beforeEach(async () => {
    state = openState(temporaryFolder(), silentLog);
    stop = new AbortController();
    proxy = await TestProxy.start();
    closers.push(() => proxy.close());
  });
  afterEach(async () => {
    stop.abort();
    for (const close of closers.splice(0)) await close();
    state.close();
    removeTemporaryFolders();
  });

  const protocolServer = async (certificate?: ServerCertificate) => {
    const server = await ProtocolServer.start(0, certificate);
    closers.push(() => server.close());
    return server;
  };

  /** Listens in the place of a server; answers its origin. */
  const listening = async (server: Server, scheme = 'http') => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(
      () =>
        new Promise((resolve) => {
          if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
          server.close(resolve);
        }),
    );
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** What the client says of its first attempts: until it is connected, or has said `sentences` things. */
  const tries = async (
    server: Pick<ProtocolServer, 'serverId' | 'machineId' | 'key' | 'knows'> & {
      readonly url: string;
    },
    ways: readonly Route[],
    { sentences = 1, clock = systemClock }: { sentences?: number; clock?: Clock } = {},
  ): Promise<readonly ConnectionStatus[]> => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKeySchema.parse(privateKey.export({ format: 'jwk' }));
    server.knows({ kty: key.kty, crv: key.crv, x: key.x });
    const said: ConnectionStatus[] = [];
    const machine = { uptimeMilliseconds: () => 3_600_000 + performance.now() };
    const connection = new Connection({
      identity: {
        machineId: server.machineId,
        serverId: server.serverId,
        serverKey: server.key,
        serverUrl: server.url,
        privateKey: key,
        enrolledAt: new Date(),
      },
      serverClock: new ServerClock(state, clock, machine),
      pauses: new Pauses(state, systemClock, machine, { baseMs: 1, capMs: 1 }),
      routes: { waysTo: () => Promise.resolve(ways) },
      clock: systemClock,
      log: silentLog,
      events: {
        connected: () => Promise.resolve(),
        ordersWaiting: () => undefined,
        updateWaiting: () => undefined,
        changed: (status) => {
          said.push(status);
          if (status.state === 'connected' || said.length >= sentences) stop.abort();
        },
      },
    });
    await connection.run(stop.signal);
    return said;
  };

  /** Nobody there, as far as identity goes. */
  const nobody = (url: string) => ({
    url,
    serverId: randomUUID(),
    machineId: randomUUID(),
    key: { kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43) } as const,
    knows: () => undefined,
  });

  const connected = { state: 'connected' };
  const through = (): Proxy => proxyOf(proxy.address, 'set for the client');

  describe('directly', () => {
    it('trusts the authority of a company only when it is told to', async () => {
      const server = await protocolServer(await authority.issue(['127.0.0.1']));
      const trusting = new Route(server.url, undefined, [authority.certificate]);
      expect(await tries(server, [trusting])).toMatchObject([connected]);
      stop = new AbortController();
      expect(await tries(server, [new Route(server.url, undefined)])).toMatchObject([
        { problem: 'tls-unknown-authority' },
      ]);
    });

    it('checks certificates whatever the environment says', async () => {
      const server = await protocolServer(await authority.issue(['127.0.0.1']));
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        const ways = [new Route(server.url, undefined), new Route(server.url, through())];
        const said = await tries(server, ways, { sentences: 2 });
        expect(said.map(({ problem }) => problem)).toEqual([
          'tls-unknown-authority',
          'tls-unknown-authority',
        ]);
        expect(server.proofs).toEqual([]);
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      }
    });

    it.each<[string, string[], { from?: number; to?: number }, string]>([
      ['of another name', ['fleet.example'], {}, 'tls-wrong-name'],
      ['that has expired', ['127.0.0.1'], { from: -9, to: -3 }, 'tls-expired'],
      ['that is not valid yet', ['127.0.0.1'], { from: 3, to: 9 }, 'tls-not-yet-valid'],
    ])('refuses a certificate %s and sends nothing', async (_, names, validity, problem) => {
      const server = await protocolServer(await authority.issue(names, validity));
      const ways = [new Route(server.url, undefined, [authority.certificate])];
      const [said] = await tries(server, ways);
      expect(said).toMatchObject({ problem });
      expect(server.proofs).toEqual([]);
      if (problem !== 'tls-wrong-name') {
        // Read from the certificate that was refused.
        const day = new Date(Date.now() + (validity.from ?? 0) * 86_400_000).toISOString();
        expect(said?.message).toContain(`valid from ${day.slice(0, 10)} to `);
      }
    });

    it('goes on with another certificate of the server as long as it is trusted', async () => {
      const first = await protocolServer(await authority.issue(['127.0.0.1']));
      const ways = (url: string) => [new Route(url, undefined, [authority.certificate])];
      expect(await tries(first, ways(first.url))).toMatchObject([connected]);
      const { port } = new URL(first.url);
      await closers.pop()?.();
      const second = await ProtocolServer.start(Number(port), await authority.issue(['127.0.0.1']));
      closers.push(() => second.close());
      stop = new AbortController();
      expect(await tries(second, ways(second.url))).toMatchObject([connected]);
    });

    it('finds out that the clock is wrong by years', async () => {
      // The certificate is judged by the real clock; that it is the machine's which is wrong is what the client finds.
      const server = await protocolServer(await authority.issue(['127.0.0.1'], { from: 3, to: 9 }));
      const clock: Clock = { ...systemClock, now: () => new Date('2019-03-04') };
      const ways = [new Route(server.url, undefined, [authority.certificate])];
      expect(await tries(server, ways, { clock })).toMatchObject([
        {
          problem: 'clock-wrong',
          message: expect.stringContaining("This machine's clock says 2019-03-04") as string,
        },
      ]);
      writeMetadata(state, 'last-server-time', '2031-01-01T00:00:00.000Z');
      stop = new AbortController();
      const [said] = await tries(server, ways, { clock });
      expect(said?.message).toContain('the server said 2031-01-01');
    });

    it.each<[string, number, Record<string, string>, string]>([
      ['a redirect', 302, { location: 'http://login.example' }, 'captive-portal'],
      ['a page', 200, { 'content-type': 'text/html' }, 'captive-portal'],
      ['network authentication', 511, {}, 'captive-portal'],
      ['a bad gateway', 502, { 'content-type': 'text/html' }, 'http-status'],
      ['another program', 404, {}, 'http-status'],
    ])('knows %s from a server', async (_, status, headers, problem) => {
      const listener: RequestListener = (_request, response) =>
        response.writeHead(status, headers).end('<html>');
      const url = await listening(createHttpServer(listener));
      expect(await tries(nobody(url), [new Route(url, undefined)])).toMatchObject([{ problem }]);
    });

    it('knows plain HTTP where TLS should be, and a hang-up', async () => {
      const plain = await listening(createHttpServer(), 'https');
      expect(await tries(nobody(plain), [new Route(plain, undefined)])).toMatchObject([
        { problem: 'tls-failed' },
      ]);
      stop = new AbortController();
      const rude = await listening(createServer((socket) => socket.destroy()));
      expect(await tries(nobody(rude), [new Route(rude, undefined)])).toMatchObject([
        { problem: 'cut-off' },
      ]);
    });

    it('knows a name that nobody has', async () => {
      const url = 'https://no-such-host.invalid';
      expect(await tries(nobody(url), [new Route(url, undefined)])).toMatchObject([
        { problem: 'dns' },
      ]);
    });
  });

  describe('through a proxy', () => {
    it('tunnels TLS and plain HTTP, and leaves nothing open', async () => {
      for (const certificate of [undefined, await authority.issue(['127.0.0.1'])]) {
        const server = await protocolServer(certificate);
        stop = new AbortController();
        const way = new Route(server.url, through(), [authority.certificate]);
        expect(await tries(server, [way])).toMatchObject([
          { ...connected, message: expect.stringContaining('through the proxy') as string },
        ]);
        expect(proxy.asked.pop()).toBe(new URL(server.url).host);
      }
      while (proxy.open > 0) await new Promise((resolve) => setImmediate(resolve));
    });

    it('shows user and password to the proxy alone', async () => {
      const server = await protocolServer(await authority.issue(['127.0.0.1']));
      proxy.credentials = 'me:päss:word';
      const trust = [authority.certificate];
      const own = { ...through(), credentials: { user: 'me', password: 'päss:word' } };
      const other = { ...through(), credentials: { user: 'me', password: 'x' } };
      const ways = [through(), other, own].map((one) => new Route(server.url, one, trust));
      expect(await tries(server, ways, { sentences: 9 })).toMatchObject([
        {
          problem: 'proxy-authentication',
          message: expect.stringMatching(/by Basic or NTLM.*--proxy-credentials-file/) as string,
        },
        { problem: 'proxy-authentication' },
        connected,
      ]);
    });

    it.each<[string, TestProxy['manner'], string, RegExp]>([
      ['refuses', { status: 403, body: '<html>no</html>' }, 'proxy-refused', /status 403/],
      ['answers with a page', { status: 302 }, 'proxy-refused', /status 302/],
      [
        'wants what the client can not do',
        { status: 407, headers: { 'Proxy-Authenticate': 'Negotiate' } },
        'proxy-authentication',
        /only do Basic/,
      ],
      ['hangs up', 'hang-up', 'proxy-unreachable', /ECONNRESET/],
    ])('says what is wrong with one that %s', async (_, manner, problem, words) => {
      proxy.manner = manner;
      const url = 'https://fleet.example';
      const [said] = await tries(nobody(url), [new Route(url, through())]);
      expect(said).toMatchObject({ problem });
      expect(said?.message).toMatch(words);
    });

    it('says that one is not there', async () => {
      const gone = through();
      await proxy.close();
      closers.length = 0;
      const url = 'https://fleet.example';
      expect(await tries(nobody(url), [new Route(url, gone)])).toMatchObject([
        { problem: 'proxy-unreachable', message: expect.stringMatching(/ECONNREFUSED/) as string },
      ]);
    });

    it('is left when the client ends although it says nothing', async () => {
      proxy.manner = 'silence';
      const url = 'https://fleet.example';
      const trying = tries(nobody(url), [new Route(url, through())]);
      while (proxy.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      stop.abort();
      expect(await trying).toEqual([]);
    });

    it('reaches a proxy by TLS, and checks its certificate, too', async () => {
      const server = await protocolServer(await authority.issue(['127.0.0.1']));
      const secure = createHttpsServer(await authority.issue(['127.0.0.1']));
      secure.on('connect', (request, socket) => {
        // The tunnel is opened by the plain proxy behind.
        void import('node:net').then(({ connect }) => {
          const [host, port] = (request.url ?? '').split(':');
          const onward = connect(Number(port), host);
          onward.on('error', () => socket.destroy());
          socket.on('error', () => onward.destroy());
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(onward).pipe(socket);
        });
      });
      const url = await listening(secure, 'https');
      const own = proxyOf(url, 'set for the client');
      const ways = [
        new Route(server.url, own),
        new Route(server.url, own, [authority.certificate]),
      ];
      expect(await tries(server, ways, { sentences: 9 })).toMatchObject([
        { problem: 'proxy-unreachable' },
        connected,
      ]);
    });
  });
});
