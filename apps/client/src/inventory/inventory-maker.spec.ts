import { type Inventory, inventorySchema } from '@fleetmend/client-protocol';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import {
  type SimulatedOperation,
  type SimulatedWindows,
  simulatedWindows,
} from '../windows/simulated';
import { WINDOWS_11_REGISTRY } from '../windows/simulated/windows-11-registry';
import { Unavailable } from '../windows/windows';
import { InventoryMaker } from './inventory-maker';
import { productName } from './operating-system';
import { UpdateActivity } from './update-activity';

const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const RESULTS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\Results';
const CLOUD_JOIN = 'SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin';

/** Registry, services and folders are simulated; what is made of them is the real thing. */
describe('the inventory', () => {
  let windows: SimulatedWindows;
  let state: State;
  let clock: VirtualClock;
  let activity: UpdateActivity;

  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
    for (const [key, values] of Object.entries(WINDOWS_11_REGISTRY)) set(key, values);
    state = openState(temporaryFolder(), silentLog);
    clock = new VirtualClock();
    activity = new UpdateActivity(windows.updateAgent, windows.registry, state, clock);
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const set = (key: string, values: Record<string, number | string | readonly string[]>) => {
    windows.registryValues.set(key, { ...windows.registryValues.get(key), ...values });
  };
  const made = (more: { clockOffsetMs?: number } = {}): Promise<Inventory> =>
    new InventoryMaker({
      ...{ windows, clock, activity },
      backups: { read: () => Promise.resolve({ folders: [] }) },
      clientHealth: () => Promise.resolve({ waitingReports: 3 }),
      clockOffsetMs: () => more.clockOffsetMs,
      timeZone: () => 'Europe/Berlin',
    }).make();

  it('of a plain Windows 11 tells all that it is', async () => {
    windows.agent.lastSuccesses = { scan: new Date('2026-11-20T06:00:00Z') };
    windows.directories.free = 5_000_000_000;
    expect(await made({ clockOffsetMs: -1234.4 })).toEqual({
      hostname: 'SIMULATED-01',
      os: {
        ...{
          name: 'Windows 11 Pro 24H2',
          version: '10.0.26100.4349',
          build: 26_100,
          revision: 4349,
        },
        ...{ architecture: 'x64', language: 'de-DE', edition: 'Professional' },
        ...{ displayVersion: '24H2', installationType: 'Client' },
      },
      clientVersion: expect.any(String) as unknown,
      hardware: {
        ...{ manufacturer: 'LENOVO', model: '21HMCTO1WW', family: 'ThinkPad X1 Carbon Gen 11' },
      },
      join: { membership: 'workgroup', name: 'WORKGROUP', entraJoined: false },
      freeSystemDiskBytes: 5_000_000_000,
      services: expect.arrayContaining([
        { name: 'wuauserv', state: 'running', startType: 'manual' },
      ]) as unknown,
      pendingRestart: { pending: false, reasons: [] },
      updatePolicy: { automaticUpdatesDisabled: false, updateAccessDisabled: false, settings: [] },
      updateActivity: { lastScan: { at: '2026-11-20T06:00:00.000Z', from: 'update-agent' } },
      backups: { folders: [] },
      clockOffsetMs: -1234,
      timeZone: 'Europe/Berlin',
      timeSource: { type: 'NTP', servers: 'time.windows.com,0x9' },
      power: { onBattery: false },
      playbooks: expect.arrayContaining([
        { name: 'reset-software-distribution', version: 1 },
        { name: 'reset-software-distribution', version: 2 },
      ]) as unknown,
      network: { metered: false },
      client: { waitingReports: 3 },
      bootedAt: '2026-11-21T08:00:00.000Z',
    });
  });

  it.each<[SimulatedOperation, (keyof Inventory)[]]>([
    ['free-bytes', ['freeSystemDiskBytes']],
    ['query', ['services']],
    ['pending-restart', ['pendingRestart']],
    ['power', ['power']],
    ['network-cost', ['network']],
    ['last-successes', ['updateActivity']],
    ['registry', ['hardware', 'updatePolicy', 'timeSource', 'updateActivity']],
  ])('leaves out what Windows refuses, and nothing else: %s', async (operation, missing) => {
    const whole = await made();
    windows.faults.refuse(
      operation,
      operation === 'last-successes' ? new Unavailable('x', 'y') : 5,
    );
    const rest = await made();
    for (const field of missing) expect(rest[field]).toBeUndefined();
    const others = Object.keys(whole).filter((key) => !missing.includes(key as keyof Inventory));
    expect(Object.keys(rest).filter((key) => rest[key as keyof Inventory] !== undefined)).toEqual(
      expect.arrayContaining(others.filter((key) => whole[key as keyof Inventory] !== undefined)),
    );
  });

  it('is made even where Windows says nothing at all', async () => {
    for (const operation of [
      ...([
        'free-bytes',
        'query',
        'pending-restart',
        'power',
        'network-cost',
        'last-successes',
        'registry',
      ] as const),
      ...(['language', 'membership'] as const),
    ]) {
      windows.faults.refuse(operation, 5);
    }
    const { os, join, ...rest } = await made();
    expect(os).toEqual({
      ...{ name: 'Windows', version: '10.0.0', build: 0, architecture: process.arch },
    });
    expect(join).toBeUndefined();
    expect(rest.hostname).toBe('SIMULATED-01');
  });

  it('takes whatever stands in the registry, of any type and length', async () => {
    const odd = 'x'.repeat(5000);
    set('SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion', {
      ...{
        ProductName: odd,
        EditionID: 7,
        DisplayVersion: odd,
        UBR: 'none',
        InstallationType: odd,
      },
      ...{ CurrentBuild: 'not a number', CurrentMajorVersionNumber: odd },
    });
    set('HARDWARE\\DESCRIPTION\\System\\BIOS', { SystemManufacturer: odd, SystemProductName: ' ' });
    set(POLICY, { WUServer: odd, TargetGroup: ['a', 'b'] });
    const inventory = await made();
    expect(inventorySchema.safeParse(inventory).error).toBeUndefined();
    expect(inventory.os).toMatchObject({ build: 0, edition: undefined });
    expect(inventory.hardware?.model).toBeUndefined();
    expect(inventory.updatePolicy?.settings).toContainEqual(
      expect.objectContaining({ name: 'TargetGroup', value: 'a; b' }),
    );
  });

  it.each<[string, SimulatedWindows['membership'], Record<string, string>, Inventory['join']]>([
    [
      'a domain',
      { kind: 'domain', name: 'CORP' },
      {},
      { membership: 'domain', name: 'CORP', entraJoined: false },
    ],
    ['nothing', { kind: 'none' }, {}, { membership: 'none', entraJoined: false }],
    [
      'Entra ID',
      { kind: 'workgroup', name: 'WORKGROUP' },
      { TenantId: 'c0ffee00-0000-4000-8000-000000000001', UserEmail: 'somebody@corp.example' },
      {
        ...{ membership: 'workgroup', name: 'WORKGROUP', entraJoined: true },
        ...{ entraTenantId: 'c0ffee00-0000-4000-8000-000000000001', entraTenantName: 'Corp' },
      },
    ],
  ])(
    'says that the machine is joined to %s, and of persons nothing',
    async (_, membership, info, join) => {
      windows.membership = membership;
      const [tenant] = Object.values(info);
      if (tenant !== undefined) {
        set(`${CLOUD_JOIN}\\JoinInfo\\0123456789ABCDEF`, info);
        set(`${CLOUD_JOIN}\\TenantInfo\\${tenant}`, { DisplayName: 'Corp' });
      }
      const inventory = await made();
      expect(inventory.join).toEqual(join);
      expect(JSON.stringify(inventory)).not.toContain('somebody');
    },
  );

  it('tells policies as they stand, by who made them', async () => {
    set(POLICY, {
      ...{ WUServer: 'http://admin:secret@wsus.corp.example:8530', DisableWindowsUpdateAccess: 1 },
      ...{ DoNotConnectToWindowsUpdateInternetLocations: 1, ExcludeWUDriversInQualityUpdate: 1 },
      ...{
        DeferQualityUpdatesPeriodInDays: 14,
        TargetReleaseVersionInfo: '23H2',
        Other: 'not ours',
      },
    });
    set(`${POLICY}\\AU`, { UseWUServer: 1, NoAutoUpdate: 1, AUOptions: 2 });
    set('SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\Update', { PauseQualityUpdates: 1 });
    set('SOFTWARE\\Microsoft\\WindowsUpdate\\UX\\Settings', {
      PauseUpdatesExpiryTime: '2026-12-01T00:00:00Z',
    });
    const { updatePolicy } = await made();
    expect(updatePolicy).toMatchObject({
      wsusServer: 'http://wsus.corp.example:8530',
      automaticUpdatesDisabled: true,
      updateAccessDisabled: true,
    });
    const told = updatePolicy?.settings?.map(({ from, name, value }) => `${from} ${name}=${value}`);
    expect(told).toEqual([
      'group-policy WUServer=http://wsus.corp.example:8530',
      'group-policy DisableWindowsUpdateAccess=1',
      'group-policy DoNotConnectToWindowsUpdateInternetLocations=1',
      'group-policy ExcludeWUDriversInQualityUpdate=1',
      'group-policy DeferQualityUpdatesPeriodInDays=14',
      'group-policy TargetReleaseVersionInfo=23H2',
      'group-policy NoAutoUpdate=1',
      'group-policy AUOptions=2',
      'group-policy UseWUServer=1',
      'mdm PauseQualityUpdates=1',
      'settings PauseUpdatesExpiryTime=2026-12-01T00:00:00Z',
    ]);
  });

  it.each([
    ['metered', { metered: true }],
    ['unrestricted', { metered: false }],
    ['unknown', undefined],
  ] as const)('tells what the network costs: %s', async (costs, network) => {
    windows.network.costs = costs;
    expect((await made()).network).toEqual(network);
  });

  it('names a WSUS server only where it is used', async () => {
    set(POLICY, { WUServer: 'http://wsus.corp.example:8530' });
    expect((await made()).updatePolicy).toMatchObject({ wsusServer: undefined });
  });

  it('tells the newest success that anybody knows of', async () => {
    const observed = (phase: string, kind: string, at: string) => {
      state.run(
        `INSERT INTO observations (source, outcome, phase, kind, at) VALUES ('x', 'success', ?, ?, ?)`,
        ...[phase, kind, Date.parse(at)],
      );
    };
    windows.faults.refuse('last-successes', new Unavailable('COM', 'this is a test'));
    set(`${RESULTS}\\Detect`, { LastSuccessTime: '2026-11-18 10:00:00' });
    set(`${RESULTS}\\Install`, { LastSuccessTime: 'yesterday' });
    expect((await made()).updateActivity).toEqual({
      lastScan: { at: '2026-11-18T10:00:00.000Z', from: 'registry' },
    });
    observed('scan', 'windows', '2026-11-19T10:00:00Z');
    observed('install', 'windows', '2026-11-17T10:00:00Z');
    observed('install', 'store-app', '2026-11-19T10:00:00Z');
    expect((await made()).updateActivity).toEqual({
      lastScan: { at: '2026-11-19T10:00:00.000Z', from: 'client' },
      lastInstall: { at: '2026-11-17T10:00:00.000Z', from: 'client' },
    });
  });

  it('asks the update agent seldom', async () => {
    windows.agent.lastSuccesses = { install: new Date('2026-11-01T00:00:00Z') };
    await made();
    windows.agent.lastSuccesses = { install: new Date('2026-11-02T00:00:00Z') };
    clock.advance(11 * 3_600_000);
    expect((await made()).updateActivity?.lastInstall?.at).toBe('2026-11-01T00:00:00.000Z');
    clock.advance(3_600_000);
    expect((await made()).updateActivity?.lastInstall?.at).toBe('2026-11-02T00:00:00.000Z');
  });

  it.each([
    ['AMD64', 'x64'],
    ['ARM64', 'arm64'],
    ['amd64', 'x64'],
  ])('tells the architecture of the machine, not of this program: %s', async (told, expected) => {
    set('SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment', {
      PROCESSOR_ARCHITECTURE: told,
    });
    expect((await made()).os.architecture).toBe(expected);
  });

  it.each([
    ['Windows 10 Pro', 26_100, 'Windows 11 Pro'],
    ['Windows 10 Pro', 19_045, 'Windows 10 Pro'],
    ['Windows Server 2022 Standard', 20_348, 'Windows Server 2022 Standard'],
  ])('calls "%s" of build %d "%s"', (product, build, name) => {
    expect(productName(product, build)).toBe(name);
  });
});
