import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../../testing/temporary-folder';
import { systemClock } from '../../clock';
import { silentLog } from '../../log';
import { openState } from '../../state/open-state';
import { START_LOG_FILE } from '../../state/start-log';
import { type SimulatedWindows, simulatedWindows } from '../../windows/simulated';
import { main } from '../program';
import { type CommandParts, type OwnService } from '../session';
import { type Finding } from './finding';

/** Files are real, Windows is simulated; with the real one doctor is tested by the executable. */
describe('doctor', () => {
  let windows: SimulatedWindows;
  let data: string;
  let service: { state: string; startType: string } | undefined;
  let parts: Partial<CommandParts>;

  beforeEach(() => {
    const root = temporaryFolder();
    data = join(root, 'data');
    mkdirSync(data);
    windows = simulatedWindows({ root });
    windows.machine.uptimeMilliseconds = () => 1e9;
    service = { state: 'running', startType: 'automatic' };
    parts = {};
  });
  afterEach(removeTemporaryFolders);

  const examine = async (): Promise<readonly Finding[]> => {
    const said: string[] = [];
    await main(['doctor', '--json'], {
      windows: () => Promise.resolve(windows),
      ownService: () =>
        Promise.resolve({ query: () => Promise.resolve(service) } as unknown as OwnService),
      settings: () => ({
        dataDirectory: data,
        reconnectBaseMs: 10,
        reconnectCapMs: 10,
        pollMs: 50,
        updateProbeMs: 50,
        crashAt: undefined,
      }),
      clock: systemClock,
      terminal: { say: (line) => said.push(line), complain: () => undefined },
      stop: new AbortController().signal,
      ...parts,
    });
    return JSON.parse(said.join('')) as Finding[];
  };
  const marks = (findings: readonly Finding[]) =>
    Object.fromEntries(findings.map(({ id, mark }) => [id, mark]));

  it.each<[string, () => void, Record<string, string>]>([
    [
      'is not run by an administrator',
      () => {
        parts = { windows: () => Promise.reject(new Error('Run this as an administrator: …')) };
      },
      { 'windows-unreachable': 'problem', 'disk-unknown': 'unknown', 'sources-unknown': 'unknown' },
    ],
    [
      'cannot use the settings',
      () => {
        parts = {
          settings: () => {
            throw new Error('These environment variables can not be used: X');
          },
        };
      },
      { 'settings-invalid': 'problem', 'disk-unknown': 'unknown', 'server-unknown': 'unknown' },
    ],
    [
      'finds a state that is no database',
      () => {
        writeFileSync(join(data, 'client.db'), 'this is no database '.repeat(500));
      },
      { 'state-unreadable': 'problem', 'server-unknown': 'unknown', service: 'ok' },
    ],
    [
      'finds no service',
      () => {
        service = undefined;
      },
      { 'service-missing': 'problem', state: 'ok', disk: 'ok' },
    ],
    [
      'finds a service that keeps dying',
      () => {
        service = { state: 'stopped', startType: 'automatic' };
        const starts = [3, 2, 1].map((minutes) => ({ at: Date.now() - minutes * 60_000 }));
        writeFileSync(join(data, START_LOG_FILE), JSON.stringify(starts));
      },
      { 'crash-loop': 'problem', 'service-not-running': 'problem' },
    ],
    [
      'finds folders that others can change',
      () => {
        const allowed = [{ who: 'S-1-5-32-545', mask: 0x2, inheritOnly: false }];
        windows.protection.opened.set(data, { allowed });
      },
      { 'folder-writable': 'problem' },
    ],
    [
      'finds another path of the service',
      () => {
        windows.registryValues.set('SYSTEM\\CurrentControlSet\\Services\\FleetMendClient', {
          ImagePath: 'C:\\Program Files\\FleetMend\\fleetmend-client.exe service',
        });
      },
      { 'service-path-unsafe': 'problem' },
    ],
    [
      'finds that variables are set which it does not obey',
      () => {
        parts = { ignoredVariables: ['NODE_EXTRA_CA_CERTS'] };
      },
      { 'environment-ignored': 'warning' },
    ],
  ])('explains itself when it %s', async (_, happens, expected) => {
    openState(data, silentLog).close();
    happens();
    const findings = await examine();
    expect(marks(findings)).toMatchObject(expected);
    for (const { id, mark, fix } of findings)
      if (mark === 'warning' || mark === 'problem')
        expect([id, fix]).toEqual([id, expect.any(String)]);
  });

  it('changes nothing, whatever it finds', async () => {
    windows.protection.opened.set(data, { allowed: undefined });
    await examine();
    expect(windows.protection.closed).toEqual([]);
    expect(windows.faults.calls).toEqual([]);
  });
});
