import type { Obstacle, ObstacleWeight, ToldMachine } from './obstacle';
import { policyObstacles } from './policy-obstacles';

const GIB = 1024 ** 3;
/** Below this an update may not find the room it needs; far below, none does. */
export const LITTLE_DISK_BYTES = 10 * GIB;
const NO_ROOM_BYTES = 2 * GIB;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What Kerberos and WSUS bear, and what certificates bear. */
const TOLERATED_CLOCK_MS = 5 * MINUTE_MS;
const WRONG_CLOCK_MS = DAY_MS;
const SCANS_EVERY_DAYS = 14;
const INSTALLS_EVERY_DAYS = 45;

/** Services without which nothing is installed, and those without which it goes slower or less well. */
const NEEDED: ReadonlyMap<string, ObstacleWeight> = new Map([
  ...(['wuauserv', 'usosvc', 'bits', 'cryptsvc', 'trustedinstaller'] as const).map(
    (name) => [name, 'blocks'] as const,
  ),
  ...(['dosvc', 'msiserver', 'w32time'] as const).map((name) => [name, 'delays'] as const),
]);

const WEIGHTS: readonly ObstacleWeight[] = ['blocks', 'delays', 'tells'];

/** What may keep a machine from its updates, the heaviest first. Of what it didn't tell, nothing is said. */
export function obstaclesOf(told: ToldMachine, now: Date): Obstacle[] {
  const found = [
    ...restart(told),
    ...disk(told),
    ...services(told),
    ...clock(told),
    ...(told.updatePolicy ? policyObstacles(told.updatePolicy, now) : []),
    ...activity(told, now),
    ...surroundings(told),
    ...client(told),
  ];
  return WEIGHTS.flatMap((weight) => found.filter((one) => one.weight === weight));
}

/** What a machine didn't tell that would matter here, in words for a sentence. */
export function untold(told: ToldMachine): string[] {
  return [
    ...(told.updatePolicy?.settings ? [] : ['all update policies']),
    ...(told.pendingRestart ? [] : ['whether a restart is pending']),
    ...(told.freeSystemDiskBytes === undefined ? ['the free space'] : []),
    ...(told.services ? [] : ['its services']),
    ...(told.clockOffsetMs === undefined ? ['its clock'] : []),
    ...(told.updateActivity ? [] : ['its last scan']),
  ];
}

function restart({ pendingRestart }: ToldMachine): Obstacle[] {
  if (pendingRestart?.pending !== true) return [];
  const reasons = pendingRestart.reasons.map(restartReason).join('. ');
  return [
    {
      ...{ about: 'restart', weight: 'blocks', title: 'A restart is pending' },
      detail: `${reasons === '' ? 'Windows does not say why' : reasons}. What is staged is finished by the restart, and a reset before it would lose that.`,
    },
  ];
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['windows-update', 'Windows Update waits for it'],
  ['update-reporting', 'Windows Update has results to report after it'],
  ['component-servicing', 'Components were changed'],
  ['component-servicing-in-progress', 'Components are being changed'],
  ['packages-pending', 'Packages wait to be installed'],
  ['update-exe', 'An update program waits for it'],
  ['component-store', 'The component store has work left (pending.xml)'],
  ['file-renames', 'Files are to be renamed'],
]);

/** Why Windows waits for a restart, for people. */
export function restartReason(reason: string): string {
  return REASONS.get(reason) ?? reason;
}

function disk({ freeSystemDiskBytes: free, backups }: ToldMachine): Obstacle[] {
  if (free === undefined || free >= LITTLE_DISK_BYTES) return [];
  const aside = (backups?.folders ?? []).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const reclaim =
    aside < GIB / 10 ? '' : ` Folders that were set aside hold another ${gigabytes(aside)}.`;
  return [
    {
      about: 'disk',
      weight: free < NO_ROOM_BYTES ? 'blocks' : 'delays',
      title: `Only ${gigabytes(free)} are free`,
      detail: `Monthly updates want about 10 GB on the system drive, feature updates 20 GB.${reclaim}`,
    },
  ];
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GB`;
}

function services({ services: all }: ToldMachine): Obstacle[] {
  return (all ?? []).flatMap(({ name, state, startType }): Obstacle[] => {
    const weight = NEEDED.get(name.toLowerCase());
    if (name.toLowerCase() === 'ccmexec' && startType !== 'disabled') {
      return [
        {
          ...{ about: 'service', weight: 'tells', title: 'Configuration Manager is at work here' },
          detail: 'Its agent (ccmexec) is installed and may decide about updates.',
        },
      ];
    }
    if (weight === undefined) return [];
    if (startType === 'disabled') {
      const detail = 'Its start type is "disabled": Windows can not start it when it is needed.';
      return [{ about: 'service', weight, title: `The service ${name} is disabled`, detail }];
    }
    if (state === 'running' || state === 'stopped') return [];
    const detail = `It was found "${state}". A service that stays so hangs.`;
    return [
      { about: 'service', weight: 'delays', title: `The service ${name} is ${state}`, detail },
    ];
  });
}

function clock({ clockOffsetMs: offset, timeSource }: ToldMachine): Obstacle[] {
  const found: Obstacle[] = [];
  if (offset !== undefined && Math.abs(offset) >= TOLERATED_CLOCK_MS) {
    found.push({
      about: 'clock',
      weight: Math.abs(offset) >= WRONG_CLOCK_MS ? 'blocks' : 'delays',
      title: `The clock is ${duration(Math.abs(offset))} ${offset > 0 ? 'behind' : 'ahead'}`,
      detail: 'WSUS and domains bear five minutes; certificates fail when it is more than that.',
    });
  }
  if (timeSource?.type?.toLowerCase() === 'nosync') {
    found.push({
      ...{ about: 'clock', weight: 'tells', title: 'Windows does not set its clock' },
      detail: 'The time service is told to take the time from nowhere (NoSync).',
    });
  }
  return found;
}

function duration(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.round(ms / DAY_MS)} days`;
  if (ms >= 120 * MINUTE_MS) return `${Math.round(ms / (60 * MINUTE_MS))} hours`;
  return `${Math.round(ms / MINUTE_MS)} minutes`;
}

function activity({ updateActivity }: ToldMachine, now: Date): Obstacle[] {
  const daysSince = (success: { readonly at: string } | undefined) =>
    success ? Math.floor((now.getTime() - Date.parse(success.at)) / DAY_MS) : 0;
  const scan = daysSince(updateActivity?.lastScan);
  const install = daysSince(updateActivity?.lastInstall);
  const found: Obstacle[] = [];
  if (scan >= SCANS_EVERY_DAYS) {
    found.push({
      ...{ about: 'activity', weight: 'delays' },
      title: `The last scan that ended well was ${scan} days ago`,
      detail: 'Windows looks for updates about once a day.',
    });
  }
  if (install >= INSTALLS_EVERY_DAYS) {
    found.push({
      ...{ about: 'activity', weight: 'tells' },
      title: `The last update was installed ${install} days ago`,
      detail: 'Windows gets a cumulative update every month.',
    });
  }
  return found;
}

function surroundings({ network }: ToldMachine): Obstacle[] {
  if (network?.metered !== true) return [];
  return [
    {
      ...{ about: 'network', weight: 'delays', title: 'The connection is metered' },
      detail: 'Windows puts most downloads of updates off until it is not.',
    },
  ];
}

function client({ client: health }: ToldMachine): Obstacle[] {
  const blind = health?.unavailableSources ?? [];
  const rejected = health?.rejectedReports ?? 0;
  const found: Obstacle[] = blind.map(({ name, message }) => ({
    ...{ about: 'client', weight: 'tells', title: `The client can't read ${name}` },
    detail: message,
  }));
  const ends = health?.unexpectedEnds ?? 0;
  if (ends > 0) {
    found.push({
      ...{ about: 'client', weight: 'tells' },
      title: `The client ended unexpectedly ${ends === 1 ? 'once' : `${ends} times`}`,
      detail: health?.lastUnexpectedEndReason ?? 'The last of its starts are remembered.',
    });
  }
  if (rejected > 0) {
    found.push({
      ...{ about: 'client', weight: 'tells' },
      title: `${rejected} ${rejected === 1 ? 'report was' : 'reports were'} refused by the server`,
      detail: 'They are set aside on the machine; its log says why.',
    });
  }
  if (health?.damagedState !== undefined) {
    found.push({
      ...{ about: 'client', weight: 'tells', title: "The client's own state was damaged" },
      detail: health.damagedState,
    });
  }
  return found;
}
