import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../../../testing/temporary-folder';
import { type SimulatedWindows, simulatedWindows } from '../simulated';
import { pendingRestartOf } from './pending-restart';

const AUTO_UPDATE =
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired';
const SERVICING = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
const SESSION_MANAGER = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager';

/** The rules, over a simulated registry. */
describe('a pending restart', () => {
  let windows: SimulatedWindows;
  const pending = () =>
    pendingRestartOf(windows.registry, windows.directories, windows.machine.windowsDirectory);

  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
  });
  afterEach(removeTemporaryFolders);

  it('is seen where Windows Update, servicing or an old update program wait', async () => {
    expect(await pending()).toEqual({ pending: false, reasons: [] });
    windows.registryValues.set(AUTO_UPDATE, {});
    windows.registryValues.set(`${SERVICING}\\PackagesPending`, {});
    windows.registryValues.set('SOFTWARE\\Microsoft\\Updates', { UpdateExeVolatile: 1 });
    expect(await pending()).toEqual({
      pending: true,
      reasons: ['windows-update', 'packages-pending', 'update-exe'],
    });
  });

  it('is seen where the component store has work left', async () => {
    const folder = join(windows.machine.windowsDirectory, 'WinSxS');
    mkdirSync(folder);
    expect((await pending()).pending).toBe(false);
    writeFileSync(join(folder, 'pending.xml'), '<PendingTransaction/>');
    expect(await pending()).toEqual({ pending: true, reasons: ['component-store'] });
  });

  it('does not follow from renames alone, which any program may leave', async () => {
    windows.registryValues.set(SESSION_MANAGER, {
      PendingFileRenameOperations: ['\\??\\C:\\a', ''],
      PendingFileRenameOperations2: ['\\??\\C:\\b', ''],
    });
    expect(await pending()).toEqual({ pending: false, reasons: ['file-renames'] });
  });

  it('is not denied where Windows refuses to say', async () => {
    windows.faults.refuse('registry', 5);
    await expect(pending()).rejects.toMatchObject({ code: 5 });
  });
});
