import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedCrash, type SimulatedWindows, simulatedWindows } from './index';

describe('the simulated Windows', () => {
  let root: string;
  let windows: SimulatedWindows;
  let folder: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fleetmend-simulated-'));
    windows = simulatedWindows({ root });
    folder = `${windows.machine.windowsDirectory}\\SoftwareDistribution`;
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('stops and starts services the way the service control manager does', async () => {
    windows.services.get('wuauserv').stopTakes = 1;
    await windows.services.requestStop('wuauserv');
    expect((await windows.services.query('wuauserv'))?.state).toBe('stop-pending');
    expect((await windows.services.query('WUAUSERV'))?.state).toBe('stopped');
    await windows.services.requestStop('wuauserv');
    await windows.services.requestStart('wuauserv');
    expect((await windows.services.query('wuauserv'))?.state).toBe('running');
    expect(await windows.services.query('nothere')).toBeUndefined();
    await expect(windows.services.requestStop('nothere')).rejects.toMatchObject({ code: 1060 });
  });

  it('lets a service start again by itself as often as told', async () => {
    windows.services.get('bits').restartsItself = 1;
    await windows.services.requestStop('bits');
    expect((await windows.services.query('bits'))?.state).toBe('running');
    await windows.services.requestStop('bits');
    expect((await windows.services.query('bits'))?.state).toBe('stopped');
  });

  it('refuses to stop what others need', async () => {
    windows.services.add('needy', { state: 'running' });
    windows.services.get('bits').dependents.push('needy');
    expect(await windows.services.runningDependents('bits')).toEqual(['needy']);
    await expect(windows.services.requestStop('bits')).rejects.toMatchObject({ code: 1051 });
  });

  it('renames real folders, but not over others and not with open files inside', async () => {
    await windows.directories.rename(folder, `${folder}.bak-1`);
    expect(await windows.directories.inspect(folder)).toBe('missing');
    await windows.services.requestStop('wuauserv');
    await windows.services.requestStart('wuauserv');
    expect(await windows.directories.inspect(folder)).toBe('directory');
    await expect(windows.directories.rename(folder, `${folder}.bak-1`)).rejects.toMatchObject({
      code: 183,
    });
    windows.directories.open(`${folder}\\DataStore\\DataStore.edb`);
    await expect(windows.directories.rename(folder, `${folder}.bak-2`)).rejects.toMatchObject({
      code: 32,
    });
    await windows.directories.renameAtRestart(folder, `${folder}.bak-2`);
    windows.restartMachine();
    expect(existsSync(`${windows.machine.softwareDistribution}.bak-2`)).toBe(true);
  });

  it('refuses so often as told, then works', async () => {
    windows.faults.refuse('rename', 5, { times: 2 });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(windows.directories.rename(folder, `${folder}.bak`)).rejects.toMatchObject({
        code: 5,
      });
    }
    await windows.directories.rename(folder, `${folder}.bak`);
  });

  it('is dead from the crash until it is revived, and keeps what was done', async () => {
    windows.faults.crashAt(/^stop wuauserv/, 'after');
    await expect(windows.services.requestStop('wuauserv')).rejects.toThrow(SimulatedCrash);
    await expect(windows.services.query('wuauserv')).rejects.toThrow(SimulatedCrash);
    windows.faults.revive();
    expect((await windows.services.query('wuauserv'))?.state).toBe('stopped');
    expect(windows.faults.calls).toEqual(['stop wuauserv']);
  });
});
