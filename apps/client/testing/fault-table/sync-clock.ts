import { type Bench } from '../bench';
import { type FaultRow } from './row';

const TWENTY_DAYS_MS = 20 * 86_400_000;

/** Windows' own way: it corrects what it is allowed to, and nothing when its service rests. */
export function addW32tm(bench: Bench, limitMs = 54_000_000): void {
  bench.windows.tools.add('System32\\w32tm.exe', () => {
    const offset = bench.offsetMs();
    const runs = bench.windows.services.get('w32time').state === 'running';
    if (runs && Math.abs(offset) <= limitMs) bench.clock.advance(offset);
    return { exitCode: 0, output: Buffer.from('') };
  });
}

export const SYNC_CLOCK: FaultRow = {
  playbook: 'sync-clock',
  parameters: { setFromServer: true },
  prepare: (bench) => {
    bench.windows.services.add('w32time', { startType: 'disabled' });
    bench.server.aheadMs = TWENTY_DAYS_MS;
    addW32tm(bench);
  },
  spoil: ({ server }) => {
    server.isAuthenticated = false;
  },
  succeeds: ['done'],
  dependsOnClock: true,
  done: ({ bench, before, after }) => {
    expect(after).toEqual(before);
    expect(Math.abs(bench.offsetMs())).toBeLessThanOrEqual(60_000);
  },
};
