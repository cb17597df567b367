import { type FaultProfile, VirtualFleet, type VirtualFleetPlan } from '@fleetmend/simulation';
import type { TestFleet } from './test-fleet';
import { type TimedWork, VirtualPort } from './virtual-port';

/** A Monday morning. */
export const MONDAY = Date.parse('2026-11-23T06:00:00.000Z');
export const HOUR = 60;
export const DAY = 24 * HOUR;

/** A virtual fleet on the server of a spec: machines that miss files, always there, unless `plan` says otherwise. */
export function virtualFleet(
  fleet: TestFleet,
  plan: Partial<VirtualFleetPlan> & Pick<VirtualFleetPlan, 'machines'>,
  more: readonly TimedWork[] = [],
): { readonly virtual: VirtualFleet; readonly port: VirtualPort } {
  const port = new VirtualPort(fleet, more);
  const none: readonly FaultProfile[] = [];
  const virtual = new VirtualFleet(port, {
    ...{ seed: 'virtual', profiles: none, start: MONDAY, hasHabits: false },
    ...{ tickMinutes: 5, restMinutes: HOUR, trouble: 'files-missing', failsEveryMinutes: DAY },
    ...plan,
  });
  return { virtual, port };
}
