import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { noGuard } from '../../testing/no-guard';
import { ProtocolServer } from '../../testing/protocol-server';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type Clock, systemClock } from '../clock';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { START_LOG_FILE } from '../state/start-log';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { main } from './program';
import { type CommandParts, type OwnService } from './session';

const MINUTE_MS = 60_000;

/** State, files and socket are real; Windows and its service manager are simulated. */
describe('the service', () => {
  jest.setTimeout(30_000);
  let windows: SimulatedWindows;
  let data: string;
  let server: ProtocolServer;
  let endQuiet: () => void;
  let stop: AbortController;

  beforeEach(async () => {
    const root = temporaryFolder();
    data = join(root, 'data');
    windows = simulatedWindows({ root });
    // Longer up than the client lives: what ended did not end with the machine.
    windows.machine.uptimeMilliseconds = () => 24 * 60 * MINUTE_MS;
    server = await ProtocolServer.start();
    stop = new AbortController();
    await run('enroll', '--server', server.url, '--token', server.token);
  });
  afterEach(async () => {
    await server.close();
    removeTemporaryFolders();
  });

  const quiet = new Promise<void>((resolve) => {
    endQuiet = resolve;
  });
  const clock: Clock = {
    ...systemClock,
    sleep: (milliseconds, signal) =>
      milliseconds === MINUTE_MS ? quiet : systemClock.sleep(milliseconds, signal),
  };
  const run = (...args: string[]) => {
    const parts: CommandParts = {
      windows: () => Promise.resolve(windows),
      ownService: () =>
        Promise.resolve({
          run: (work: (signal: AbortSignal) => Promise<void>) => work(stop.signal),
          guard: noGuard,
        } as OwnService),
      settings: () => ({
        dataDirectory: data,
        reconnectBaseMs: 20,
        reconnectCapMs: 50,
        pollMs: 100,
        updateProbeMs: 1000,
        crashAt: undefined,
      }),
      clock,
      terminal: { say: () => undefined, complain: () => undefined },
      stop: stop.signal,
    };
    return main(args, parts);
  };
  const starts = () => readFileSync(join(data, START_LOG_FILE), 'utf8');
  const log = () => readFileSync(join(data, 'logs', 'client.log'), 'utf8');
  const dieOften = () => {
    const deaths = [3, 2, 1].map((minutes) => ({ at: Date.now() - minutes * MINUTE_MS }));
    writeFileSync(join(data, START_LOG_FILE), JSON.stringify(deaths));
  };
  /** A run that stopped the update service, in whose middle the client died. */
  const dieInTheMiddleOfARun = () => {
    const state = openState(data, silentLog);
    const runId = randomUUID();
    const [mode, playbook, parameters] = ['execute', 'reset-software-distribution', {}];
    state.run(
      "INSERT INTO runs VALUES (?, 'local', ?, 'acting', 0, 0, 0, NULL, NULL)",
      runId,
      JSON.stringify({ runId, mode, playbook, playbookVersion: 1, parameters }),
    );
    const services = [{ name: 'wuauserv', state: 'running', startType: 'manual' }];
    state.run(
      'INSERT INTO journal (run_id, entry, at) VALUES (?, ?, 0)',
      runId,
      JSON.stringify({ kind: 'note', stepId: 'save-service-states', note: { services } }),
    );
    state.close();
    windows.services.get('wuauserv').state = 'stopped';
  };

  it('that keeps dying starts what a run had stopped, connects, and leaves the rest for later', async () => {
    dieOften();
    dieInTheMiddleOfARun();
    const running = run('service');
    await server.until(() => server.proofs.length > 0);
    expect(windows.services.get('wuauserv').state).toBe('running');
    expect(windows.faults.calls.filter((call) => call.startsWith('stop'))).toEqual([]);
    expect(server.reports).toEqual([]);
    endQuiet();
    await server.until(() => server.reports.some(({ kind }) => kind === 'inventory'));
    stop.abort();
    expect(await running).toBe(0);
    expect(starts()).toContain('"end":"asked"');
    expect(log()).toContain('for a while it only connects');
  });

  it('whose state cannot be opened starts what a run had stopped, and fails', async () => {
    dieInTheMiddleOfARun();
    const state = openState(data, silentLog);
    state.run('PRAGMA user_version = 999');
    state.close();
    expect(await run('service')).toBe(1);
    expect(windows.services.get('wuauserv').state).toBe('running');
  });

  it('that nobody can identify starts what a run had stopped', async () => {
    dieInTheMiddleOfARun();
    windows.secrets.machine = 'ANOTHER';
    const running = run('service');
    while (windows.services.get('wuauserv').state !== 'running')
      await systemClock.sleep(10, stop.signal);
    stop.abort();
    expect(await running).toBe(0);
  });
});
