import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { BackupLedger } from './backup-ledger';
import { readBackupName } from './backup-names';
import { FolderSizes } from './folder-sizes';

const RUN = '9e8d7c6b-5a49-4837-a625-140312f1e0d9';
const DAY_MS = 24 * 3_600_000;

/** Real folders of the host; the journal is a list. */
describe('the ledger of backups', () => {
  let windows: SimulatedWindows;
  let state: State;
  let clock: VirtualClock;
  let renamed: { to: string; runId: string }[];
  let ledger: BackupLedger;
  const never = new AbortController().signal;

  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
    state = openState(temporaryFolder(), silentLog);
    clock = new VirtualClock();
    renamed = [];
    const sizes = new FolderSizes(windows.directories, state, clock);
    const journal = { renamedFolders: () => renamed };
    ledger = new BackupLedger(windows.machine, windows.directories, journal, sizes);
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const folder = (name: string, bytes = 10) => {
    const path = join(windows.machine.windowsDirectory, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'content'), 'x'.repeat(bytes));
    return path;
  };
  const names = async () =>
    (await ledger.read()).folders.map(({ path }) => path.split(/[\\/]/).at(-1)).sort();

  it('finds what runs and what people set aside, and nothing that Windows uses', async () => {
    const backups = [
      ...[
        'SoftwareDistribution.bak-20261120120500',
        'SoftwareDistribution.undone-20261120120500-2',
      ],
      ...['SoftwareDistribution.old', 'SoftwareDistributionOLD', 'softwaredistribution - Copy'],
      ...['SDTemp', 'SD.old', 'Anything.bak', 'Anything.old.1'],
    ];
    for (const name of [
      ...backups,
      'System32/catroot2.old',
      'System32/catroot2.bak-20261120120500',
    ])
      folder(name);
    for (const name of ['DataStore.bak', 'Download.bak-20261120120500', 'DataStore/Logs'])
      folder(join('SoftwareDistribution', name));
    for (const name of ['System32/catroot2', 'System32/drivers.old', 'WinSxS', 'Temp'])
      folder(name);
    writeFileSync(join(windows.machine.windowsDirectory, 'win.ini.bak'), 'a file');
    symlinkSync('/', join(windows.machine.windowsDirectory, 'link.old'));
    expect(await names()).toEqual(
      [
        ...backups,
        ...['catroot2.old', 'catroot2.bak-20261120120500'],
        ...['DataStore.bak', 'Download.bak-20261120120500'],
      ].sort(),
    );
  });

  it.each([
    ['SoftwareDistribution.bak-20261120120500', 'fleetmend', '2026-11-20T12:05:00.000Z'],
    ['catroot2.undone-20261120120500-2', 'fleetmend', '2026-11-20T12:05:00.000Z'],
    ['Download.bak-20269999999999', 'fleetmend', undefined],
    ['SoftwareDistribution.bak', 'foreign', undefined],
    ['SoftwareDistribution.bak-2026', 'foreign', undefined],
    ['SDTemp', 'foreign', undefined],
  ])('reads the name %s', (name, origin, at) => {
    const read = readBackupName(name);
    expect([read.origin, read.setAsideAt?.toISOString()]).toEqual([origin, at]);
  });

  it('names the run that made a folder, as the journal knows it', async () => {
    folder('SoftwareDistribution.bak-20261120120500');
    const { windowsDirectory } = windows.machine;
    renamed.push({
      to: `${windowsDirectory.toUpperCase()}\\SOFTWAREDISTRIBUTION.BAK-20261120120500`,
      runId: RUN,
    });
    const [told] = (await ledger.read()).folders;
    expect(told).toMatchObject({
      ...{ origin: 'fleetmend', setAsideAt: '2026-11-20T12:05:00.000Z', runId: RUN },
    });
    expect(Date.parse(told?.createdAt ?? '')).toBeGreaterThan(0);
  });

  it('tells sizes once they are measured, the largest first', async () => {
    folder('SDTemp', 10);
    folder('SoftwareDistribution.old', 500);
    expect((await ledger.read()).folders.map(({ bytes }) => bytes)).toEqual([undefined, undefined]);
    expect(await ledger.measure(never)).toBe(true);
    expect((await ledger.read()).folders).toMatchObject([
      { bytes: 500, files: 1 },
      { bytes: 10, files: 1 },
    ]);
  });

  it('measures a folder again only after a day, and only if it was changed', async () => {
    const path = folder('SDTemp', 10);
    await ledger.measure(never);
    writeFileSync(join(path, 'more'), 'x'.repeat(5));
    utimesSync(path, clock.now(), new Date(clock.now().getTime() + 1000));
    clock.advance(DAY_MS - 60_000);
    expect(await ledger.measure(never)).toBe(false);
    clock.advance(60_000);
    expect(await ledger.measure(never)).toBe(true);
    expect((await ledger.read()).folders).toMatchObject([{ bytes: 15, files: 2 }]);
    clock.advance(3 * DAY_MS);
    expect(await ledger.measure(never)).toBe(false);
    clock.advance(20 * DAY_MS);
    expect(await ledger.measure(never)).toBe(true);
  });

  it('forgets what is gone, and bears with a record that can not be read', async () => {
    folder('SDTemp');
    writeMetadata(state, 'folder-sizes', '{"half');
    await ledger.measure(never);
    expect((await ledger.read()).folders).toMatchObject([{ bytes: 10 }]);
    await windows.directories.rename(
      join(windows.machine.windowsDirectory, 'SDTemp'),
      join(windows.machine.windowsDirectory, 'elsewhere'),
    );
    await ledger.measure(never);
    expect(await ledger.read()).toEqual({ folders: [] });
    expect(state.get("SELECT value FROM metadata WHERE name = 'folder-sizes'")).toEqual({
      value: '{}',
    });
  });

  it('tries a folder that Windows refuses once a day, and tells the others', async () => {
    const closed = folder('SDTemp');
    folder('SoftwareDistribution.old');
    windows.faults.refuse('measure', 5, { subject: closed });
    expect(await ledger.measure(never)).toBe(true);
    expect(await ledger.measure(never)).toBe(false);
    windows.faults.forgive();
    clock.advance(DAY_MS);
    expect(await ledger.measure(never)).toBe(true);
    expect((await ledger.read()).folders.every(({ bytes }) => bytes === 10)).toBe(true);
  });

  it('ends measuring when it is asked to, and says nothing of half a folder', async () => {
    folder('SDTemp');
    expect(await ledger.measure(AbortSignal.abort())).toBe(false);
    expect((await ledger.read()).folders.map(({ bytes }) => bytes)).toEqual([undefined]);
  });

  it('tells the largest fifty, and how many there are besides', async () => {
    for (let index = 0; index < 60; index += 1) folder(`SoftwareDistribution.old${index}`, index);
    await ledger.measure(never);
    const { folders, omitted } = await ledger.read();
    expect([folders.length, folders[0]?.bytes, omitted]).toEqual([50, 59, 10]);
  });

  it('does not pretend that there are none where Windows refuses to list them', async () => {
    windows.faults.refuse('list', 5, { subject: windows.machine.windowsDirectory });
    await expect(ledger.read()).rejects.toThrow();
    expect(await ledger.measure(never)).toBe(false);
  });
});
