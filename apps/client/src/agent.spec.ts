import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ProtocolServer, strangerKeys } from '../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../testing/temporary-folder';
import { main } from './cli/program';
import { type CommandParts } from './cli/session';
import { systemClock } from './clock';
import { silentLog } from './log';
import { readIdentity } from './state/identity';
import { openState } from './state/open-state';
import { Vault } from './state/vault';
import { type SimulatedWindows, simulatedWindows } from './windows/simulated';
import { Unavailable } from './windows/windows';

const UPDATE = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';

function row(
  event: string,
  code: string,
  status: string,
  category: string,
  message: string,
): string {
  const at = new Date()
    .toISOString()
    .replace('T', ' ')
    .replace(/\.(\d{3})Z$/, ':$1+0000');
  const update =
    category === 'Software Synchronization'
      ? '{00000000-0000-0000-0000-000000000000}'
      : `{${UPDATE.toUpperCase()}}`;
  return (
    [
      '{A8A9B8A6-A3BC-4FCF-9FC3-C7C4472DF5EE}',
      at,
      '1',
      event,
      '101',
      update,
      '201',
      code,
      'UpdateOrchestrator',
      status,
      category,
      message,
    ].join('\t') + '\r\n'
  );
}

const downloadFailed = () =>
  row(
    '161 [AGENT_DOWNLOAD_FAILED]',
    '80070002',
    'Failure',
    'Content Download',
    'Error: Download failed.',
  );
const scanEnded = () =>
  row(
    '147 [AGENT_DETECTION_FINISHED]',
    '0',
    'Success',
    'Software Synchronization',
    'Windows Update Client successfully detected 1 updates.',
  );

/** The whole client against a real socket, on a simulated Windows. */
describe('the client', () => {
  jest.setTimeout(60_000);
  let server: ProtocolServer;
  let windows: SimulatedWindows;
  let data: string;
  let said: string[];
  let running: { stop: AbortController; done: Promise<number> } | undefined;

  const parts = (stop = new AbortController().signal): CommandParts => ({
    windows: () => Promise.resolve(windows),
    ownService: () => Promise.reject(new Error('no service here')),
    settings: () => ({
      dataDirectory: data,
      reconnectBaseMs: 20,
      reconnectCapMs: 50,
      pollMs: 100,
      updateProbeMs: 10,
      crashAt: undefined,
    }),
    clock: systemClock,
    terminal: { say: (line) => said.push(line), complain: (line) => said.push(line) },
    stop,
  });
  const command = (...args: string[]) => main(args, parts());
  const start = () => {
    const stop = new AbortController();
    running = { stop, done: main(['run'], parts(stop.signal)) };
  };
  const end = async () => {
    running?.stop.abort();
    await running?.done;
    running = undefined;
  };
  const enroll = () => command('enroll', '--server', server.url, '--token', server.token);
  const log = () => join(windows.machine.softwareDistribution, 'ReportingEvents.log');
  const kinds = () =>
    server.reports.map((report) => (report.kind === 'run-event' ? report.event : report.kind));

  beforeEach(async () => {
    const root = temporaryFolder();
    data = join(root, 'data');
    windows = simulatedWindows({ root });
    server = await ProtocolServer.start();
    said = [];
  });
  afterEach(async () => {
    await end();
    await server.close();
    removeTemporaryFolders();
  });

  it('enrols, says what it is, and reports a failure as soon as Windows writes it', async () => {
    expect(await enroll()).toBe(0);
    start();
    await server.until(() => kinds().includes('inventory'));
    const written = performance.now();
    writeFileSync(log(), downloadFailed());
    await server.until(() => kinds().includes('failure'));
    expect(performance.now() - written).toBeLessThan(5_000);
    expect(server.reports.find(({ kind }) => kind === 'failure')).toMatchObject({
      code: '0x80070002',
      phase: 'download',
      update: { id: UPDATE, revision: 201 },
      fromBacklog: false,
    });
  });

  it('carries out a signed order and proves it by the scan that follows', async () => {
    await enroll();
    windows.agent.history = ['{"title":"an old update"}'];
    windows.agent.onScan = () => {
      appendFileSync(log(), scanEnded());
    };
    start();
    await server.until(() => kinds().includes('inventory'));
    server.orders = [await server.sign({ failure: { code: '0x80070002', phase: 'scan' } })];
    server.nudge();
    await server.until(() => kinds().includes('verdict'));
    const verdict = server.reports.find((one) => 'event' in one && one.event === 'verdict');
    expect(verdict).toMatchObject({ verdict: 'fixed', level: 'L1' });
    expect(kinds()).toContain('history');
    const folders = readdirSync(windows.machine.windowsDirectory);
    expect(folders.filter((name) => name.startsWith('SoftwareDistribution.bak-'))).toHaveLength(1);

    // The inventory tells of the folder at once, and of its size as soon as it is measured.
    const backups = () =>
      server.reports.flatMap((one) =>
        one.kind === 'inventory' ? (one.inventory.backups ?? []) : [],
      );
    await server.until(() => backups().some(({ folders: [one] }) => one?.bytes !== undefined));
    expect(backups().at(-1)).toEqual({
      folders: [
        expect.objectContaining({
          path: expect.stringMatching(/SoftwareDistribution\.bak-\d{14}$/) as unknown,
          origin: 'fleetmend',
          runId: verdict && 'runId' in verdict ? verdict.runId : undefined,
        }),
      ],
    });
  });

  it('tells what it knows of itself and of the clocks as soon as it is connected', async () => {
    windows.faults.refuse('event-log', new Unavailable('the event log', 'this is a test'));
    await enroll();
    start();
    const clocks = () =>
      server.reports.flatMap((one) =>
        one.kind === 'inventory' && one.inventory.clockOffsetMs !== undefined
          ? [one.inventory]
          : [],
      );
    await server.until(() => clocks().length > 0);
    const [inventory] = clocks();
    expect(Math.abs(inventory?.clockOffsetMs ?? Infinity)).toBeLessThan(60_000);
    expect(inventory?.client).toMatchObject({
      rejectedReports: 0,
      unavailableSources: expect.arrayContaining([
        {
          name: expect.any(String) as unknown,
          message: expect.stringContaining('this is a test') as unknown,
        },
      ]) as unknown,
    });
    expect(inventory?.client?.dataBytes).toBeGreaterThan(10_000);
  });

  it('loses nothing and doubles nothing when the server goes away and comes back', async () => {
    await enroll();
    let messages = 0;
    server.receive = () => {
      messages += 1;
      if (messages > 3) return {};
      queueMicrotask(() => {
        server.cut();
      });
      return 'silence';
    };
    start();
    for (let index = 0; index < 3; index += 1) {
      appendFileSync(
        log(),
        row(
          '148 [AGENT_DETECTION_FAILED]',
          `8024000${index}`,
          'Failure',
          'Software Synchronization',
          'failed',
        ),
      );
    }
    await server.until(() => kinds().filter((kind) => kind === 'failure').length === 3);
    expect(new Set(server.reports.map(({ id }) => id)).size).toBe(server.reports.length);
    expect(server.messages.length).toBeGreaterThan(3);
    expect(new Set(server.proofs).size).toBe(server.proofs.length);
  });

  it('corrects the clock of its proofs by what the server says', async () => {
    await enroll();
    server.handshakes = [
      {
        message: 'clock-skew',
        data: { serverTime: new Date(Date.now() + 7_200_000).toISOString() },
      },
    ];
    start();
    await server.until(() => server.proofs.length === 2);
    const issued = server.proofs.map((proof) => {
      const claims: unknown = JSON.parse(Buffer.from(proof.split('.')[1]!, 'base64url').toString());
      return (claims as { iat: number }).iat;
    });
    expect(issued[1]! - issued[0]!).toBeGreaterThanOrEqual(7_190);
  });

  it('goes on after a restart with a run that was waiting for its proof, and reports it once', async () => {
    await enroll();
    server.orders = [await server.sign()];
    start();
    const verifies = () =>
      server.reports.some((report) => 'stepId' in report && report.stepId === 'verify-scan');
    await server.until(verifies);
    await end();
    appendFileSync(log(), scanEnded());
    start();
    await server.until(() => kinds().includes('verdict'));
    const sequences = server.reports.flatMap((report) =>
      report.kind === 'run-event' ? [report.sequence] : [],
    );
    expect(sequences).toEqual(sequences.map((_, index) => index));
    expect(kinds().filter((kind) => kind === 'verdict')).toHaveLength(1);
    const verdict = server.reports.find((one) => 'event' in one && one.event === 'verdict');
    expect(verdict).toMatchObject({ verdict: 'scan-ok-not-installed' });
  });

  it('reports forged and replayed orders, and follows none of them', async () => {
    await enroll();
    const keys = await strangerKeys();
    server.orders = [
      await server.sign({}, { keys }),
      await server.sign({ aud: crypto.randomUUID() }),
      await server.sign({ exp: Math.floor(Date.now() / 1000) - 1 }),
      'not an order',
    ];
    start();
    await server.until(
      () =>
        kinds().includes('refused') &&
        kinds().filter((kind) => kind === 'rejected-order').length === 3,
    );
    const reasons = server.reports.flatMap((report) => ('reason' in report ? [report.reason] : []));
    expect(reasons).toEqual(['bad-signature', 'wrong-machine', 'expired-order', 'malformed-order']);
    expect(windows.faults.calls).toEqual([]);
  });

  it('goes on with its new key when the machine is enrolled anew while it works', async () => {
    await enroll();
    start();
    await server.until(() => kinds().includes('inventory'));
    expect(
      await command('enroll', '--server', server.url, '--token', server.token, '--force'),
    ).toBe(0);
    server.cut();
    writeFileSync(log(), downloadFailed());
    await server.until(() => kinds().includes('failure'));
  });

  it('tells a server that knows nothing of the machine what is on record, once', async () => {
    await enroll();
    start();
    writeFileSync(log(), downloadFailed());
    await server.until(() => kinds().includes('failure'));
    const other = await ProtocolServer.start();
    await command('enroll', '--server', other.url, '--token', other.token, '--force');
    await other.until(() => other.reports.some(({ kind }) => kind === 'failure'));
    await end();
    const before = other.reports.length;
    start();
    await other.until(() => other.reports.slice(before).some(({ kind }) => kind === 'inventory'));
    await end();
    const failures = other.reports.filter((report) => report.kind === 'failure');
    expect(failures).toMatchObject([{ code: '0x80070002', fromBacklog: true }]);
    await other.close();
  });

  it('refuses to run twice, and to run without an enrolment', async () => {
    expect(await command('run')).toBe(1);
    expect(said.at(-1)).toContain('not enrolled');
  });

  it('keeps no secret in its log', async () => {
    await enroll();
    start();
    await server.until(() => kinds().includes('inventory'));
    await end();
    const state = openState(data, silentLog);
    const { d } = readIdentity(state, new Vault(windows.secrets, data))!.privateKey;
    state.close();
    const text = readFileSync(join(data, 'logs', 'client.log'), 'utf8');
    expect(text).not.toContain(server.token);
    expect(text).not.toContain(d);
    for (const proof of server.proofs) expect(text).not.toContain(proof);
  });

  it('leaves word of why it crashed', async () => {
    await enroll();
    start();
    await server.until(() => kinds().includes('inventory'));
    for (const told of process.listeners('uncaughtExceptionMonitor')) {
      told(new Error('nobody caught this'), 'uncaughtException');
    }
    await end();
    const text = readFileSync(join(data, 'logs', 'client.log'), 'utf8');
    expect(text).toContain('nobody caught this');
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(0);
  });

  it('says that a state of another machine is useless here, and waits for an enrolment', async () => {
    await enroll();
    windows.secrets.machine = 'ANOTHER';
    expect(await command('run')).toBe(1);
    expect(said.at(-1)).toContain('belongs to another machine');
    expect(await enroll()).toBe(0);
    start();
    await server.until(() => kinds().includes('inventory'));
  });

  it('says clearly why an enrolment fails', async () => {
    expect(
      await command('enroll', '--server', 'http://fleet.example', '--token', server.token),
    ).toBe(1);
    expect(said.at(-1)).toContain('plain http');
    expect(await command('enroll', '--server', server.url, '--token', 'x'.repeat(30))).toBe(1);
    expect(said.at(-1)).toContain('does not know this token');
    expect(await enroll()).toBe(0);
    expect(await enroll()).toBe(1);
    expect(said.at(-1)).toContain('enrolled');
    expect(said.join('\n')).not.toContain(server.token);
  });
});
