import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { TestAuthority } from '../../testing/authority';
import { noGuard } from '../../testing/no-guard';
import { ProtocolServer } from '../../testing/protocol-server';
import { TestProxy } from '../../testing/test-proxy';
import { VirtualClock } from '../../testing/virtual-clock';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type Clock, systemClock } from '../clock';
import { takeProcessLock } from '../state/process-lock';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { main } from './program';
import { type CommandParts, type OwnService } from './session';
import { type StatusReport } from './status';

describe('the command line', () => {
  let windows: SimulatedWindows;
  let data: string;
  let said: string[];
  let service: OwnService;
  let server: ProtocolServer | undefined;
  let clock: Clock;

  beforeEach(() => {
    const root = temporaryFolder();
    data = join(root, 'data');
    windows = simulatedWindows({ root });
    said = [];
    clock = systemClock;
    service = {
      install: () => Promise.resolve({ executable: 'C:\\client.exe', warnings: ['no recovery'] }),
      uninstall: () => Promise.resolve(true),
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      configure: () => Promise.resolve({ warnings: [] }),
      removeLeftovers: () => Promise.resolve(),
      query: () => Promise.resolve({ state: 'running', startType: 'automatic' }),
      run: () => Promise.resolve(),
      guard: noGuard,
    };
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    removeTemporaryFolders();
  });

  const run = (...args: string[]) => {
    const parts: CommandParts = {
      windows: () => Promise.resolve(windows),
      ownService: () => Promise.resolve(service),
      settings: () => ({
        dataDirectory: data,
        reconnectBaseMs: 10,
        reconnectCapMs: 10,
        pollMs: 50,
        updateProbeMs: 10,
        crashAt: undefined,
      }),
      clock,
      terminal: { say: (line) => said.push(line), complain: (line) => said.push(line) },
      stop: new AbortController().signal,
    };
    return main(args, parts);
  };
  const output = () => said.join('\n');
  const enroll = async () => {
    server = await ProtocolServer.start();
    expect(await run('enroll', '--server', server.url, '--token', server.token)).toBe(0);
  };

  it.each([
    [['--version'], 0, '0.1.0'],
    [['--help'], 0, 'remediate'],
    [['nonsense'], 1, 'unknown command'],
  ])('answers %j', async (args, code, text) => {
    expect(await run(...args)).toBe(code);
    expect(output()).toContain(text);
  });

  it('says how the client stands, for people and for programs', async () => {
    expect(await run('status')).toBe(0);
    expect(output()).toContain('Not enrolled');
    await enroll();
    said = [];
    expect(await run('status', '--json')).toBe(0);
    const status = JSON.parse(output()) as StatusReport;
    expect(status).toMatchObject({
      enrolled: true,
      machineId: server?.machineId,
      service: 'running',
      waitingReports: 0,
    });
    expect(output()).not.toContain('"d"');
  });

  it('installs, starts and removes the service, and passes warnings on', async () => {
    expect(await run('install')).toBe(0);
    expect(output()).toMatch(/no recovery[\s\S]*C:\\client\.exe/);
    expect(await run('uninstall')).toBe(0);
    service = { ...service, uninstall: () => Promise.resolve(false) };
    expect(await run('uninstall')).toBe(0);
    expect(output()).toContain('no service to remove');
  });

  it('carries out a playbook without a server', async () => {
    expect(await run('remediate', 'reset-software-distribution', '--dry-run')).toBe(0);
    expect(output()).toContain('Would stop, in this order: usosvc, wuauserv, dosvc, bits.');
    expect(windows.faults.calls).toEqual([]);
    windows.pending = { pending: true, reasons: [] };
    expect(await run('remediate', 'reset-software-distribution')).toBe(2);
    expect(output()).toContain('skipped');
  });

  it.each([
    [['remediate', 'format-disk'], 'no playbook "format-disk"'],
    [['remediate', 'reset-software-distribution', '--parameter', 'x'], 'write name=value'],
    [
      ['remediate', 'reset-software-distribution', '--parameter', 'verifyMinutes=0'],
      'from 1 to 240',
    ],
    [['remediate', 'reset-software-distribution', '--dry-run', '--undo', 'x'], 'not both'],
    [['remediate', 'reset-software-distribution', '--undo', 'last'], 'no id of a run'],
    [
      ['remediate', 'reset-software-distribution', '--undo', randomUUID()],
      'nothing on this machine',
    ],
    [['enroll', '--server', 'https://x.example'], 'token is needed'],
    [['enroll', '--server', 'https://x.example', '--token', 'short'], 'no enrolment token'],
    [['enroll', '--server', 'https://x.example', '--token-file', '/nowhere'], "can't be read"],
  ])('refuses %j', async (args, text) => {
    expect(await run(...args)).toBe(1);
    expect(output()).toContain(text);
    expect(windows.faults.calls).toEqual([]);
    // Whatever was typed, the client still begins.
    expect(await run('remediate', 'reset-software-distribution', '--dry-run')).toBe(0);
  });

  it('does not begin a second client beside the first', async () => {
    await enroll();
    const lock = takeProcessLock(data);
    clock = new VirtualClock();
    expect(await run('run')).toBe(1);
    expect(output()).toContain('running already');
    lock?.release();
  });

  it('finds what is wrong', async () => {
    expect(await run('doctor')).toBe(1);
    expect(output()).toContain('[problem] server: This machine is not enrolled.');
    await enroll();
    await server?.close();
    server = undefined;
    windows.faults.refuse('event-log', new Unavailable('The event log', 'it answered nothing'));
    windows.faults.refuse('update-history', new Unavailable('COM', 'it gave no object'));
    said = [];
    expect(await run('doctor', '--json')).toBe(1);
    const findings = JSON.parse(said[0] ?? '[]') as {
      mark: string;
      what: string;
      message: string;
    }[];
    expect(findings.filter(({ mark }) => mark === 'problem').map(({ what }) => what)).toEqual([
      'server',
      'sources',
    ]);
    expect(findings.find(({ what }) => what === 'server')?.message).toContain('ECONNREFUSED');
  });

  it('enrols through a proxy, and with an authority of the company; keeps both, and no secret', async () => {
    const authority = await TestAuthority.make();
    const proxy = await TestProxy.start();
    proxy.credentials = 'me:hunter2';
    server = await ProtocolServer.start(0, await authority.issue(['127.0.0.1']));
    const { url } = server;
    const file = (name: string, content: string) => {
      const path = join(windows.machine.programData, name);
      writeFileSync(path, content);
      return path;
    };
    const enrolment = [
      'enroll',
      '--server',
      url,
      '--token',
      server.token,
      '--proxy',
      proxy.address,
    ];
    expect(await run(...enrolment)).toBe(1);
    expect(output()).toContain('--proxy-credentials-file');
    const credentials = ['--proxy-credentials-file', file('credentials', 'me\nhunter2')];
    expect(await run(...enrolment, ...credentials)).toBe(1);
    expect(output()).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await run('status')).toBe(0);
    expect(output()).toContain('Not enrolled');
    const trust = ['--ca-file', file('ca.pem', authority.certificate)];
    expect(await run(...enrolment, ...credentials, ...trust)).toBe(0);
    expect(proxy.asked).toContain(new URL(url).host);
    said = [];
    await run('doctor');
    expect(output()).toContain(`${url} answers, reached through the proxy ${proxy.address}`);
    expect(await run('route', '--proxy', 'none')).toBe(0);
    expect(output()).toContain('The server is reached directly, with credentials for the proxy.');
    const kept = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(kept.join() + output()).not.toContain('hunter2');
    expect(await run('route', '--proxy', 'http://a:b@proxy:1')).toBe(1);
    expect(await run('route', '--ca-file', join(data, 'nowhere'))).toBe(1);
    await proxy.close();
  });

  it.each([
    [200, 'not json', 'no FleetMend server'],
    [404, '{}', 'status 404'],
    [403, '{"code":"enrolment-token-expired","message":"x"}', 'has expired'],
    [418, '{"code":"teapot","message":"I am a teapot"}', 'I am a teapot'],
  ])('says what came of an enrolment that was answered by %i', async (status, body, text) => {
    const http = createServer((_, response) => response.writeHead(status).end(body)).listen(
      0,
      '127.0.0.1',
    );
    await once(http, 'listening');
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    expect(await run('enroll', '--server', url, '--token', 'a-token-for-specs-only')).toBe(1);
    expect(output()).toContain(text);
    http.closeAllConnections();
    http.close();
  });
});
