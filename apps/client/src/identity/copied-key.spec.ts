import { appendFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { main } from '../cli/program';
import { type CommandParts } from '../cli/session';
import { systemClock } from '../clock';
import { silentLog } from '../log';
import { readMetadata } from '../state/metadata';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';

/** One row of ReportingEvents.log: a scan that failed with `code`. */
function scanFailed(code: string): string {
  const at = new Date()
    .toISOString()
    .replace('T', ' ')
    .replace(/\.(\d{3})Z$/, ':$1+0000');
  const nobody = '{00000000-0000-0000-0000-000000000000}';
  const row = ['{A8A9B8A6-A3BC-4FCF-9FC3-C7C4472DF5EE}', at, '1', '148 [AGENT_DETECTION_FAILED]'];
  row.push('101', nobody, '0', code, 'UpdateOrchestrator', 'Failure');
  return [...row, 'Software Synchronization', 'failed'].join('\t') + '\r\n';
}

/** What the client said at the keyboard. */
const said: string[] = [];

/** A computer with a client on it. Windows is simulated; client, state file, HTTP and sockets are real. */
class Computer {
  readonly root = temporaryFolder();
  readonly data = join(this.root, 'data');
  readonly windows: SimulatedWindows = simulatedWindows({ root: this.root });
  private running: { stop: AbortController; done: Promise<number> } | undefined;

  /** Another computer with a copy of this one's data folder. */
  copy(change: Partial<SimulatedWindows['hardware']> & { hostname?: string }): Computer {
    const copy = new Computer();
    cpSync(this.data, copy.data, { recursive: true });
    const { hostname, ...hardware } = change;
    copy.windows.hardware = { ...this.windows.hardware, ...hardware };
    if (hostname !== undefined) copy.windows.hostname = hostname;
    return copy;
  }

  command(...args: string[]): Promise<number> {
    return main(args, this.parts(new AbortController().signal));
  }

  start(): void {
    const stop = new AbortController();
    this.running = { stop, done: main(['run'], this.parts(stop.signal)) };
  }

  async end(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.done;
    this.running = undefined;
  }

  fails(code: string): void {
    appendFileSync(
      join(this.windows.machine.softwareDistribution, 'ReportingEvents.log'),
      scanFailed(code),
    );
  }

  /** What the state file says, while no client runs. */
  read<T>(look: (state: State) => T): T {
    const state = openState(this.data, silentLog);
    try {
      return look(state);
    } finally {
      state.close();
    }
  }

  private parts(stop: AbortSignal): CommandParts {
    return {
      windows: () => Promise.resolve(this.windows),
      ownService: () => Promise.reject(new Error('no service here')),
      settings: () => ({
        ...{ dataDirectory: this.data, reconnectBaseMs: 20, reconnectCapMs: 50, pollMs: 50 },
        ...{ crashAt: undefined, updateProbeMs: 10 },
      }),
      clock: systemClock,
      terminal: { say: (line) => said.push(line), complain: (line) => said.push(line) },
      stop,
    };
  }
}

describe('a copied key', () => {
  jest.setTimeout(60_000);
  const BOARD = { smbiosUuid: '564d1f7a-7b0e-3c55-9a50-61f5c1b0d3e2' };
  let server: ProtocolServer;
  let original: Computer;
  let copy: Computer | undefined;

  beforeEach(async () => {
    server = await ProtocolServer.start();
    original = new Computer();
    await original.command('enroll', '--server', server.url, '--token', server.token);
  });
  afterEach(async () => {
    await original.end();
    await copy?.end();
    copy = undefined;
    await server.close();
    removeTemporaryFolders();
  });

  const sentBy = (machineId: string) =>
    server.reports.filter(({ id }) => server.senders.get(id) === machineId);
  const inventories = (of: (sender: string) => boolean) =>
    server.reports.filter(({ kind, id }) => kind === 'inventory' && of(server.senders.get(id)!));
  const newcomers = () => inventories((sender) => sender !== server.machineId);
  /** The machine that the copy has become. */
  async function newMachine(): Promise<string> {
    await server.until(() => newcomers().length > 0);
    return server.senders.get(newcomers()[0]!.id)!;
  }

  it('says in each handshake who it is, and keeps its instance as long as it runs', async () => {
    original.start();
    await server.until(() => server.greetings.length === 1);
    server.cut();
    await server.until(() => server.greetings.length === 2);
    await original.end();
    original.start();
    await server.until(() => server.greetings.length === 3);
    const [first, second, third] = server.greetings;
    expect(first?.hints).toEqual({ ...original.windows.hardware, hostname: 'SIMULATED-01' });
    expect(second?.instanceId).toBe(first?.instanceId);
    expect(third?.instanceId).not.toBe(first?.instanceId);
  });

  it.each<[string, Partial<SimulatedWindows['hardware']>]>([
    ['on another board', BOARD],
    ['in another Windows', { machineGuid: 'b' }],
  ])('is not used %s: the computer becomes a machine of its own', async (_, hardware) => {
    server.receive = () => 'silence';
    original.start();
    original.fails('80240001');
    await server.until(() => server.messages.length > 0);
    await original.end();
    copy = original.copy({ ...hardware, hostname: 'COPY-01' });
    server.receive = () => ({});
    server.greetings.length = 0;
    copy.fails('80240002');
    copy.start();
    const machineId = await newMachine();
    await server.until(() => sentBy(machineId).some(({ kind }) => kind === 'failure'));
    expect(server.reEnrolments).toMatchObject([{ hostname: 'COPY-01', ...hardware }]);
    // What the original has not delivered yet is its own business.
    const failures = sentBy(machineId).filter((report) => report.kind === 'failure');
    expect(failures).toMatchObject([{ code: '0x80240002' }]);
    expect(server.greetings.every(({ hints }) => hints?.hostname === 'COPY-01')).toBe(true);
    expect(sentBy(server.machineId)).toEqual([]);
    original.start();
    await server.until(() => sentBy(server.machineId).some(({ kind }) => kind === 'failure'));
    expect(sentBy(server.machineId)).toContainEqual(
      expect.objectContaining({ code: '0x80240001' }),
    );
  });

  it('is not seen in a new name, nor where nothing can be read', async () => {
    copy = original.copy({
      ...{ smbiosUuid: undefined, machineGuid: undefined, hostname: 'RENAMED' },
    });
    copy.start();
    await server.until(() => inventories((sender) => sender === server.machineId).length > 0);
    expect(server.reEnrolments).toEqual([]);
    await copy.end();
    // What could be read once is still known.
    const recorded = JSON.parse(copy.read((state) => readMetadata(state, 'hints')) ?? '') as object;
    expect(recorded).toMatchObject({ hints: { ...original.windows.hardware } });
  });

  it('is replaced when the server says that it is one', async () => {
    server.handshakes = [{ message: 'cloned-key' }];
    original.start();
    const machineId = await newMachine();
    expect(machineId).not.toBe(server.machineId);
    const [refused, accepted] = server.greetings;
    expect(server.reEnrolments[0]?.instanceId).toBe(refused?.instanceId);
    expect(accepted?.instanceId).toBe(refused?.instanceId);
  });

  it('waits for an administrator, and through trouble of any kind, without a connection', async () => {
    copy = original.copy(BOARD);
    server.reEnrolmentAnswers = [
      { status: 202, body: { state: 'waiting' } },
      { status: 503, body: { code: 'database-unavailable', message: 'Later.' } },
      { status: 404, body: { code: 'not-found', message: 'There is nothing here.' } },
      { status: 403, body: { code: 're-enrolment-refused', message: 'No.' } },
      { status: 200, body: 'nonsense' },
    ];
    copy.start();
    await server.until(() => server.reEnrolments.length === 5);
    expect(server.greetings).toEqual([]);
    await newMachine();
    const keys = server.reEnrolments.map(({ publicKey }) => publicKey.x);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is still known for one after a restart', async () => {
    copy = original.copy(BOARD);
    server.reEnrolmentAnswers = [{ status: 202, body: { state: 'waiting' } }];
    copy.start();
    await server.until(() => server.reEnrolments.length === 1);
    await copy.end();
    copy.windows.hardware = { ...original.windows.hardware };
    copy.start();
    await newMachine();
  });

  it('is none when the server says so: nothing is lost', async () => {
    server.handshakes = [{ message: 'cloned-key' }];
    server.reEnrolmentAnswers = [{ status: 409, body: { code: 'not-cloned', message: 'Yours.' } }];
    original.fails('80240003');
    original.start();
    await server.until(() => sentBy(server.machineId).some(({ kind }) => kind === 'failure'));
  });

  it('gives way to an enrolment at the keyboard', async () => {
    copy = original.copy(BOARD);
    const refused = { status: 403, body: { code: 're-enrolment-refused', message: 'No.' } };
    server.reEnrolmentAnswers = Array.from({ length: 1000 }, () => refused);
    copy.start();
    await server.until(() => server.reEnrolments.length > 0);
    const other = await ProtocolServer.start();
    try {
      const args = ['--server', other.url, '--token', other.token, '--force'];
      expect(await copy.command('enroll', ...args)).toBe(0);
      await other.until(() => other.reports.some(({ kind }) => kind === 'inventory'));
      await copy.end();
    } finally {
      await other.close();
    }
  });

  it('is left in no image that was prepared', async () => {
    server.receive = () => 'silence';
    original.start();
    await server.until(() => server.messages.length > 0);
    expect(await original.command('prepare-image')).toBe(1);
    await original.end();
    const key = original.read((state) =>
      String(state.get('SELECT * FROM identity')?.['private_key']),
    );
    expect(await original.command('prepare-image')).toBe(1);
    expect(said.at(-1)).toContain('reports have not reached the server');
    expect(await original.command('prepare-image', '--force')).toBe(0);
    const files = readdirSync(original.data, { withFileTypes: true }).filter((one) => one.isFile());
    expect(files.map(({ name }) => name)).not.toContain('client.entropy');
    for (const { name } of files) {
      expect(readFileSync(join(original.data, name), 'latin1')).not.toContain(key.slice(0, 60));
    }
    copy = original.copy({ ...BOARD, hostname: 'COPY-01' });
    server.receive = () => ({});
    expect(await copy.command('enroll', '--server', server.url, '--token', server.token)).toBe(0);
    copy.start();
    await server.until(() => server.reports.some(({ kind }) => kind === 'inventory'));
    expect(server.reEnrolments).toEqual([]);
  });

  it('brings back the services of a run that was cut off by the copy, and tells nobody', async () => {
    server.orders = [await server.sign()];
    original.windows.faults.crashAt(/^rename /, 'before');
    original.start();
    const begun = () =>
      server.reports.some((report) => 'stepId' in report && report.stepId === 'stop-services');
    await server.until(begun);
    copy = original.copy(BOARD);
    const before = copy.windows.services.states();
    await copy.windows.services.requestStop('wuauserv');
    copy.start();
    const machineId = await newMachine();
    await copy.end();
    const run = copy.read((state) => state.get('SELECT origin, verdict FROM runs'));
    expect(run).toMatchObject({ origin: 'local' });
    expect(run?.['verdict']).not.toBeNull();
    expect(copy.windows.services.states()).toEqual(before);
    expect(sentBy(machineId).filter(({ kind }) => kind === 'run-event')).toEqual([]);
    original.windows.faults.revive();
  });
});
