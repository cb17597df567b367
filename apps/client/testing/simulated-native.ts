import { join } from 'node:path';
import { simulatedWindows, type SimulatedWindows } from '../src/windows/simulated';

/** In place of the native Windows where the whole program is measured on another system. */
export function nativeWindows(): SimulatedWindows {
  const root = process.env['FLEETMEND_BENCH_WINDOWS'];
  if (root === undefined) throw new Error('FLEETMEND_BENCH_WINDOWS must name an empty folder.');
  return simulatedWindows({ root: join(root) });
}
