import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGuard } from '../../testing/no-guard';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { systemClock } from '../clock';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { main } from './program';
import { type CommandParts, type OwnService } from './session';
import { type StatusReport } from './status';

/** Real: the files, the state, the enrolment over HTTP, the connection. Simulated: Windows and its services. */
describe('a client that Windows Installer installs', () => {
  let windows: SimulatedWindows;
  let data: string;
  let said: string[];
  let called: string[];
  let servers: ProtocolServer[];
  let working: { readonly stop: AbortController; readonly ended: Promise<number> } | undefined;

  beforeEach(() => {
    const root = temporaryFolder();
    data = join(root, 'data');
    windows = simulatedWindows({ root });
    said = [];
    called = [];
    servers = [];
  });
  afterEach(async () => {
    await stopService();
    for (const server of servers) await server.close();
    removeTemporaryFolders();
  });

  const note =
    <T>(name: string, answer: T) =>
    () => {
      called.push(name);
      return Promise.resolve(answer);
    };
  const run = (args: readonly string[], stop = new AbortController()) => {
    const ownService: OwnService = {
      install: note('install', { executable: 'C:\\client.exe', warnings: [] }),
      uninstall: note('uninstall', true),
      start: note('start', undefined),
      stop: note('stop', undefined),
      configure: note('configure', { warnings: ['no recovery'] }),
      removeLeftovers: note('clean', undefined),
      query: () => Promise.resolve({ state: 'stopped', startType: 'automatic' }),
      run: (work) => work(stop.signal),
      guard: noGuard,
    };
    const parts: CommandParts = {
      windows: () => Promise.resolve(windows),
      ownService: () => Promise.resolve(ownService),
      settings: () => ({
        dataDirectory: data,
        reconnectBaseMs: 5,
        reconnectCapMs: 5,
        pollMs: 50,
        updateProbeMs: 10,
        crashAt: undefined,
      }),
      // The service looks every two seconds, which pass at once here.
      clock: {
        now: systemClock.now,
        sleep: (_, signal) => systemClock.sleep(1, signal),
      },
      terminal: { say: (line) => said.push(line), complain: (line) => said.push(line) },
      stop: stop.signal,
    };
    return main(args, parts);
  };

  const startServer = async (port?: number) => {
    const server = await ProtocolServer.start(port);
    servers.push(server);
    return server;
  };
  const install = async (given: {
    readonly server: string;
    readonly token?: string;
    readonly tokenFile?: string;
    readonly reenroll?: string;
  }) => {
    const server = ['--server', given.server, '--allow-http', ''];
    expect(await run(['installer', 'configure', ...server])).toBe(0);
    const secret = ['--token', given.token ?? '', '--token-file', given.tokenFile ?? ''];
    const reenroll = ['--reenroll', given.reenroll ?? ''];
    return run(['installer', 'keep-enrolment', ...server, ...secret, ...reenroll]);
  };
  const startService = () => {
    const stop = new AbortController();
    working = { stop, ended: run(['service'], stop) };
  };
  const stopService = async () => {
    working?.stop.abort();
    await working?.ended;
    working = undefined;
  };
  const status = async (): Promise<StatusReport> => {
    said = [];
    expect(await run(['status', '--json'])).toBe(0);
    return JSON.parse(said.join('\n')) as StatusReport;
  };
  const until = async (isSo: (report: StatusReport) => boolean) => {
    for (;;) {
      const report = await status();
      if (isSo(report)) return report;
      await systemClock.sleep(5);
    }
  };
  const everything = () =>
    readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  it('enrols when the service begins, and keeps no token', async () => {
    const server = await startServer();
    expect(await install({ server: server.url, token: server.token })).toBe(0);
    expect(called).toEqual(['configure']);
    expect((await status()).enrolled).toBe(false);
    startService();
    await server.until(() => server.proofs.length > 0);
    expect(await status()).toMatchObject({ enrolled: true, machineId: server.machineId });
    expect((await status()).enrolment).toBeUndefined();
    await stopService();
    expect(existsSync(join(data, 'enrolment.json'))).toBe(false);
    expect(everything()).not.toContain(server.token);
  });

  it('takes the token from a file', async () => {
    const server = await startServer();
    const tokenFile = join(windows.machine.windowsDirectory, 'token.txt');
    writeFileSync(tokenFile, `${server.token}\r\n`);
    expect(await install({ server: server.url, tokenFile })).toBe(0);
    startService();
    await server.until(() => server.proofs.length > 0);
  });

  it('waits for a server that is away, says so, and goes on after a restart', async () => {
    const gone = await startServer();
    const { url } = gone;
    await gone.close();
    servers = [];
    await install({ server: url, token: gone.token });
    startService();
    const waiting = await until(({ enrolment }) => enrolment !== undefined);
    expect(waiting.enrolment).toMatchObject({ state: 'waiting' });
    expect(waiting.enrolment?.message).toContain('ECONNREFUSED');
    await stopService();
    said = [];
    expect(await run(['doctor'])).toBe(1);
    expect(said.join('\n')).toContain('The service tries it again and again');

    const server = await startServer(Number(new URL(url).port));
    startService();
    await server.until(() => server.proofs.length > 0);
    expect((await until(({ enrolled }) => enrolled)).enrolment).toBeUndefined();
  });

  it.each([
    ['enrolment-token-expired', 'has expired'],
    ['enrolment-token-used-up', 'used as often as it allows'],
  ])('gives up a token that the server refuses with %s, and says so', async (code, text) => {
    const server = await startServer();
    server.enrolment = { status: 403, body: { code, message: 'no' } };
    await install({ server: server.url, token: server.token });
    startService();
    const { enrolment } = await until((report) => report.enrolment !== undefined);
    expect(enrolment).toMatchObject({ state: 'failed' });
    expect(enrolment?.message).toContain(text);
    await stopService();
    expect(everything()).not.toContain(server.token);

    said = [];
    await run(['doctor']);
    expect(said.join('\n')).toContain(text);
    // A new token heals it, by hand as well as by the next installation.
    server.enrolment = undefined;
    expect(await run(['enroll', '--server', server.url, '--token', server.token])).toBe(0);
    expect((await status()).enrolment).toBeUndefined();
  });

  it('tries again what the server could not answer', async () => {
    const server = await startServer();
    server.enrolment = { status: 429, body: { code: 'throttled', message: 'later' } };
    await install({ server: server.url, token: server.token });
    startService();
    await until(({ enrolment }) => enrolment?.state === 'waiting');
    server.enrolment = undefined;
    await server.until(() => server.proofs.length > 0);
  });

  it('keeps its enrolment at an upgrade, unless it is told to give it up', async () => {
    const first = await startServer();
    const second = await startServer();
    await install({ server: first.url, token: first.token });
    startService();
    await first.until(() => first.proofs.length > 0);
    await stopService();

    await install({ server: second.url, token: second.token });
    startService();
    await first.until(() => first.proofs.length > 1);
    await stopService();
    expect(await status()).toMatchObject({ machineId: first.machineId });
    expect(existsSync(join(data, 'enrolment.json'))).toBe(false);

    await install({ server: second.url, token: second.token, reenroll: '1' });
    startService();
    await second.until(() => second.proofs.length > 0);
    await stopService();
    expect(await status()).toMatchObject({ machineId: second.machineId });
  });

  it.each([
    ['fleetmend.example.com', 'it is no URL'],
    ['http://fleetmend.example.com', 'plain http'],
    ['https://fleetmend.example.com/path', 'must be an origin'],
  ])('is not installed for the server %s', async (server, text) => {
    expect(await run(['installer', 'configure', '--server', server, '--allow-http', ''])).toBe(1);
    expect(said.join('\n')).toContain(text);
    expect(called).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['JSON of another kind', '{"server":1}'],
  ])('is not stopped by %s where an enrolment should be', async (_, text) => {
    expect(await run(['status'])).toBe(0);
    writeFileSync(join(data, 'enrolment.json'), text);
    startService();
    expect(await until(({ enrolment }) => enrolment !== undefined)).toMatchObject({
      enrolment: { state: 'failed' },
    });
    expect(existsSync(join(data, 'enrolment.json'))).toBe(false);
  });

  it('says that a token is too short to be one, without showing it', async () => {
    const server = await startServer();
    await install({ server: server.url, token: 'too-short' });
    startService();
    const { enrolment } = await until((report) => report.enrolment !== undefined);
    expect(enrolment).toMatchObject({ state: 'failed' });
    await stopService();
    expect(everything()).not.toContain('too-short');
  });

  it('stops, starts, cleans up and deletes its data when it is told to', async () => {
    const none = ['--server', '', '--allow-http', ''];
    expect(await run(['installer', 'configure', ...none])).toBe(0);
    for (const action of ['stop', 'start', 'clean', 'purge', 'purge']) {
      expect(await run(['installer', action])).toBe(0);
    }
    expect(called).toEqual(['configure', 'stop', 'start', 'clean']);
    expect(existsSync(data)).toBe(false);
  });
});
