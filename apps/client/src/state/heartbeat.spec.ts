import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { SimulatedWatchdog } from '../windows/simulated/simulated-watchdog';
import { ALIVE_FILE, beginHeartbeat, wasHung } from './heartbeat';

/** Files are real, the watchdog of Windows is simulated: that it bites is tested with the executable. */
describe('the heartbeat', () => {
  let folder: string;
  let watchdog: SimulatedWatchdog;
  beforeEach(() => {
    jest.useFakeTimers();
    folder = temporaryFolder();
    watchdog = new SimulatedWatchdog();
  });
  afterEach(() => {
    jest.useRealTimers();
    removeTemporaryFolders();
  });

  it('beats well within the limit until it is stopped, and leaves nothing', () => {
    const heartbeat = beginHeartbeat(watchdog, folder, 300_000, silentLog);
    expect(watchdog.watching).toEqual({ marker: join(folder, ALIVE_FILE), limitMs: 300_000 });
    expect(wasHung(folder)).toBe(false);
    jest.advanceTimersByTime(600_000);
    expect(watchdog.beats).toBe(10);
    heartbeat.stop();
    jest.advanceTimersByTime(600_000);
    expect(watchdog.beats).toBe(10);
    expect(watchdog.watching).toBeUndefined();
    expect(existsSync(join(folder, ALIVE_FILE))).toBe(false);
  });

  it('tells a life that the watchdog ended from one that was killed', () => {
    beginHeartbeat(watchdog, folder, 300_000, silentLog);
    expect(wasHung(folder)).toBe(false);
    rmSync(join(folder, ALIVE_FILE));
    expect(wasHung(folder)).toBe(true);
  });

  it('goes on, and says so, when it was late but not too late', () => {
    const said: string[] = [];
    const log = { ...silentLog, error: (message: string) => said.push(message) };
    beginHeartbeat(watchdog, folder, 300_000, log);
    rmSync(join(folder, ALIVE_FILE));
    jest.advanceTimersByTime(60_000);
    expect(said).toEqual([expect.stringContaining('stood still')]);
    expect(wasHung(folder)).toBe(false);
  });

  it('keeps nobody from working where there is no watchdog, or no room', () => {
    writeFileSync(join(folder, 'file'), '');
    beginHeartbeat(watchdog, join(folder, 'file'), 300_000, silentLog).stop();
    watchdog.start = () => {
      throw new Error('no watchdog here');
    };
    beginHeartbeat(watchdog, folder, 300_000, silentLog).stop();
  });
});
