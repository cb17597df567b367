import type { Inventory } from '@fleetmend/client-protocol';
import { KNOWN_PLAYBOOKS } from '@fleetmend/domain';
import { CLIENT_VERSION, type MachineProfile } from './fleet';
import { Random } from '../random';

const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TENANT = 'c0ffee00-0000-4000-8000-000000000001';
const WINDOWS = 'C:\\Windows';

type Setting = NonNullable<NonNullable<Inventory['updatePolicy']>['settings']>[number];
type BackupFolder = NonNullable<Inventory['backups']>['folders'][number];
type Service = NonNullable<Inventory['services']>[number];

/** A folder that a run of the simulation has set aside. */
export interface RunBackup {
  readonly runId: string;
  readonly name: string;
  readonly at: Date;
}

/** What a machine is at a moment. */
export interface Moment {
  readonly now: Date;
  /** When it was started last. */
  readonly bootedAt: Date;
  readonly backups: readonly RunBackup[];
  readonly waitingReports: number;
  /** How far its clock is ahead, in milliseconds, where that is known to be wrong. */
  readonly clockOffset?: number;
}

type Kind = 'notebook' | 'desktop' | 'server';

/** Maker, model and family. */
const HARDWARE: Readonly<Record<Kind, readonly (readonly [string, string, string?])[]>> = {
  notebook: [
    ['LENOVO', '21HMCTO1WW', 'ThinkPad X1 Carbon Gen 11'],
    ['Dell Inc.', 'Latitude 7440', 'Latitude'],
    ['HP', 'HP EliteBook 840 14 inch G10 Notebook PC', '103C_5336AN HP EliteBook'],
    ['Microsoft Corporation', 'Surface Laptop 5', 'Surface'],
  ],
  desktop: [
    ['Dell Inc.', 'OptiPlex 7010', 'OptiPlex'],
    ['HP', 'HP EliteDesk 800 G9 Desktop Mini PC', '103C_53307F HP EliteDesk'],
    ['LENOVO', '12JBCTO1WW', 'ThinkCentre M70q Gen 4'],
  ],
  server: [
    ['VMware, Inc.', 'VMware7,1'],
    ['Microsoft Corporation', 'Virtual Machine', 'Virtual Machine'],
    ['HPE', 'ProLiant DL380 Gen10', 'ProLiant'],
  ],
};

/** What the machine says of itself: always the same for the same machine and moment. */
export function inventoryOf(profile: MachineProfile, moment: Moment): Inventory {
  const { version } = profile;
  const random = new Random(profile.machineGuid).branch('inventory');
  const kind = version.isServer ? 'server' : profile.isNotebook ? 'notebook' : 'desktop';
  const [manufacturer, model, family] = random.branch('hardware').pick(HARDWARE[kind]);
  const settings = settingsOf(profile, random.branch('policy'), moment.now);
  const said = (name: string, value: string | number) =>
    settings.some((one) => one.name === name && one.value === value);
  return {
    hostname: profile.hostname,
    domain: 'corp.example',
    os: {
      name: `${version.name} ${version.displayVersion}`,
      version: `10.0.${version.build}.${version.revision}`,
      build: version.build,
      revision: version.revision,
      architecture: 'x64',
      language: profile.language,
      edition: version.edition,
      displayVersion: version.displayVersion,
      installationType: version.isServer ? 'Server' : 'Client',
    },
    clientVersion: CLIENT_VERSION,
    playbooks: KNOWN_PLAYBOOKS.map((playbook) => ({ ...playbook })),
    hardware: { manufacturer, model, ...(family === undefined ? {} : { family }) },
    join: joinOf(kind, random.branch('join')),
    freeSystemDiskBytes: profile.freeSystemDiskBytes,
    services: servicesOf(profile, random.branch('services')),
    pendingRestart: restartOf(profile, random.branch('restart')),
    updatePolicy: {
      ...(profile.wsusServer === undefined ? {} : { wsusServer: profile.wsusServer }),
      automaticUpdatesDisabled: said('NoAutoUpdate', 1),
      updateAccessDisabled: said('DisableWindowsUpdateAccess', 1),
      settings,
    },
    updateActivity: activityOf(profile, random.branch('activity'), moment.now),
    backups: { folders: backupsOf(profile, random.branch('backups'), moment) },
    clockOffsetMs:
      moment.clockOffset === undefined ? offsetOf(random.branch('clock')) : -moment.clockOffset,
    timeSource: { type: 'NT5DS', servers: 'time.windows.com,0x9' },
    power: { onBattery: profile.isNotebook && random.branch('power').chance(0.3) },
    network: { metered: profile.isNotebook && random.branch('network').chance(0.08) },
    client: {
      startedAt: moment.bootedAt.toISOString(),
      waitingReports: moment.waitingReports,
      rejectedReports: 0,
      unavailableSources: [],
      unexpectedEnds: 0,
      dataBytes: random.branch('data').integer(400_000, 9_000_000),
    },
    bootedAt: moment.bootedAt.toISOString(),
    timeZone: profile.timeZone,
  };
}

function settingsOf(profile: MachineProfile, random: Random, now: Date): Setting[] {
  const gp = (name: string, value: string | number): Setting => ({
    ...{ name, value, from: 'group-policy' },
  });
  const wsus =
    profile.wsusServer === undefined
      ? []
      : [
          gp('WUServer', profile.wsusServer),
          gp('WUStatusServer', profile.wsusServer),
          ...(random.chance(0.3) ? [gp('DoNotConnectToWindowsUpdateInternetLocations', 1)] : []),
          gp('UseWUServer', 1),
        ];
  const forbidden =
    profile.trouble?.refusedBy === 'check-update-policy'
      ? [gp('DisableWindowsUpdateAccess', 1)]
      : [];
  const managed: Setting[] =
    profile.wsusServer === undefined && random.chance(0.5)
      ? [
          { name: 'DeferQualityUpdatesPeriodInDays', value: random.pick([3, 7]), from: 'mdm' },
          { name: 'DeferFeatureUpdatesPeriodInDays', value: random.pick([30, 90]), from: 'mdm' },
          ...(random.chance(0.25)
            ? [{ name: 'TargetReleaseVersion', value: '24H2', from: 'mdm' }]
            : []),
        ]
      : [];
  const paused =
    !profile.version.isServer && random.chance(0.05)
      ? [
          {
            name: 'PauseUpdatesExpiryTime',
            value: new Date(now.getTime() + random.integer(2, 30) * DAY_MS).toISOString(),
            from: 'settings',
          },
        ]
      : [];
  const options = profile.version.isServer ? [gp('AUOptions', 3)] : [];
  return [...wsus, ...forbidden, ...options, ...managed, ...paused];
}

function joinOf(kind: Kind, random: Random): NonNullable<Inventory['join']> {
  const domain = { membership: 'domain', name: 'CORP' };
  const entra = { entraJoined: true, entraTenantId: TENANT, entraTenantName: 'Corp Example' };
  if (kind === 'server') return { ...domain, entraJoined: false };
  if (random.chance(0.6)) return { ...domain, ...entra };
  return random.chance(0.7)
    ? { membership: 'workgroup', name: 'WORKGROUP', ...entra }
    : { ...domain, entraJoined: false };
}

function servicesOf(profile: MachineProfile, random: Random): Service[] {
  const disabled = random.chance(0.03);
  return [
    disabled
      ? { name: 'wuauserv', state: 'stopped', startType: 'disabled' }
      : { name: 'wuauserv', state: 'running', startType: 'manual' },
    { name: 'bits', state: 'stopped', startType: 'manual' },
    { name: 'dosvc', state: 'running', startType: 'automatic' },
    { name: 'usosvc', state: 'running', startType: 'automatic' },
    { name: 'cryptsvc', state: 'running', startType: 'automatic' },
    { name: 'msiserver', state: 'stopped', startType: 'manual' },
    { name: 'trustedinstaller', state: 'stopped', startType: 'manual' },
    { name: 'w32time', state: 'running', startType: 'manual' },
    ...(profile.version.isServer && random.chance(0.5)
      ? [{ name: 'ccmexec', state: 'running', startType: 'automatic' } as const]
      : []),
  ];
}

function restartOf(
  profile: MachineProfile,
  random: Random,
): NonNullable<Inventory['pendingRestart']> {
  const pending = profile.trouble?.refusedBy === 'check-pending-restart';
  return {
    pending,
    reasons: [
      ...(pending ? ['windows-update', 'component-servicing'] : []),
      ...(random.chance(0.15) ? ['file-renames'] : []),
    ],
  };
}

function activityOf(
  profile: MachineProfile,
  random: Random,
  now: Date,
): NonNullable<Inventory['updateActivity']> {
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString();
  const scanFails = profile.trouble?.phase === 'scan' && !profile.isOver;
  const scanned = scanFails
    ? profile.troubleSinceDays * DAY_MS + random.between(1, 22) * HOUR_MS
    : random.between(0.2, 22) * HOUR_MS;
  const installed =
    profile.trouble === undefined || profile.isOver
      ? random.between(1, 25) * DAY_MS
      : profile.troubleSinceDays * DAY_MS + random.between(3, 40) * DAY_MS;
  return {
    lastScan: { at: before(scanned), from: 'update-agent' },
    lastInstall: { at: before(installed), from: 'update-agent' },
  };
}

/** What runs set aside, and what somebody with a script did in other years. */
function backupsOf(
  profile: MachineProfile,
  random: Random,
  { now, backups }: Moment,
): BackupFolder[] {
  const files = (bytes: number) => Math.max(3, Math.round(bytes / (1.5 * 1024 ** 2)));
  const ours = backups.map(({ runId, name, at }): BackupFolder => {
    const bytes = profile.cacheBytes;
    return {
      ...{ path: `${WINDOWS}\\${name}`, origin: 'fleetmend', runId, bytes, files: files(bytes) },
      ...{ setAsideAt: at.toISOString(), modifiedAt: at.toISOString() },
    };
  });
  const names = random.chance(0.12)
    ? random
        .shuffled(['SoftwareDistribution.old', 'SDTemp', 'SoftwareDistribution.bak'])
        .slice(0, random.integer(1, 2))
    : [];
  const foreign = names.map((name): BackupFolder => {
    const bytes = random.integer(0.2 * GIB, 11 * GIB);
    const modified = new Date(now.getTime() - random.integer(40, 900) * DAY_MS);
    const created = new Date(modified.getTime() - random.integer(100, 500) * DAY_MS);
    return {
      ...{ path: `${WINDOWS}\\${name}`, origin: 'foreign', bytes, files: files(bytes) },
      ...{ createdAt: created.toISOString(), modifiedAt: modified.toISOString() },
    };
  });
  return [...ours, ...foreign].sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
}

/** Nearly all clocks are right; some are minutes off, a few hours or days. */
function offsetOf(random: Random): number {
  if (random.chance(0.96)) return random.integer(-900, 900);
  return random.chance(0.7)
    ? random.integer(-20 * 60_000, 20 * 60_000)
    : random.integer(2 * HOUR_MS, 900 * DAY_MS);
}
