import { Random } from '../random';
import type { FaultProfile, FaultProfileName } from './fault-profile';

const HOUR = 3_600_000;

/** What is wrong with one simulated machine. */
export interface MachineFaults {
  readonly names: ReadonlySet<FaultProfileName>;
  /** Versions of playbooks that go wrong here, as `name@version`. */
  readonly badVersions: ReadonlySet<string>;
  /** Steps take so many times as long. */
  readonly slowness: number;
  /** Its clock minus the true time, in milliseconds. */
  readonly clockOffset: number;
}

/** A machine as it should be. */
export const NO_FAULTS: MachineFaults = {
  ...{ names: new Set(), badVersions: new Set(), slowness: 1, clockOffset: 0 },
};

/**
 * The faults of one machine. Profiles strike independently of each other, and a machine keeps its faults when shares
 * of other profiles change, or the fleet grows.
 */
export function faultsOf(
  seed: string,
  index: number,
  profiles: readonly FaultProfile[],
): MachineFaults {
  if (profiles.length === 0) return NO_FAULTS;
  const random = new Random(`${seed}/faults/${index}`);
  const names = new Set<FaultProfileName>();
  const badVersions = new Set<string>();
  for (const profile of profiles) {
    const isBadVersion = profile.name === 'bad-version';
    const key = isBadVersion ? profile.version : profile.name;
    if (!random.branch(key).chance(profile.share)) continue;
    names.add(profile.name);
    if (isBadVersion) badVersions.add(profile.version);
  }
  const clock = random.branch('clock');
  const [low, high] = clock.chance(0.5) ? [2, 20] : [24, 240];
  const offset = Math.round(clock.between(low, high) * HOUR) * (clock.chance(0.5) ? 1 : -1);
  return {
    names,
    badVersions,
    slowness: names.has('slow') ? Math.round(random.branch('slowness').between(10, 100)) : 1,
    clockOffset: names.has('clock-off') ? offset : 0,
  };
}
