import { type Inventory } from '@fleetmend/client-protocol';
import fc from 'fast-check';
import { isDifferent, isWorthTelling } from './change-rules';

const GIB = 1024 ** 3;
const at = (base: string, ms: number) => new Date(Date.parse(base) + ms).toISOString();

const BOOTED = '2026-11-18T06:30:00.000Z';
const SCANNED = '2026-11-20T06:00:00.000Z';
const base: Inventory = {
  hostname: 'PC-0042',
  os: { name: 'Windows 11 Pro', version: '10.0.26100.1', build: 26_100, architecture: 'x64' },
  clientVersion: '0.1.0',
  freeSystemDiskBytes: 80 * GIB,
  services: [
    { name: 'wuauserv', state: 'stopped', startType: 'manual' },
    { name: 'bits', state: 'running', startType: 'manual' },
  ],
  pendingRestart: { pending: false, reasons: [] },
  updatePolicy: { automaticUpdatesDisabled: false, updateAccessDisabled: false, settings: [] },
  updateActivity: {
    lastScan: { at: SCANNED, from: 'client' },
    lastInstall: { at: SCANNED, from: 'client' },
  },
  backups: {
    folders: [
      { path: 'C:\\Windows\\SDTemp', origin: 'foreign', bytes: 4 * GIB, files: 900 },
      {
        path: 'C:\\Windows\\SoftwareDistribution.old',
        origin: 'foreign',
        bytes: 2 * GIB,
        files: 3,
      },
    ],
  },
  clockOffsetMs: 1500,
  power: { onBattery: false },
  network: { metered: false },
  client: {
    ...{ startedAt: BOOTED, waitingReports: 1, rejectedReports: 0, dataBytes: 5_000_000 },
    unavailableSources: [{ name: 'System', message: 'no' }],
  },
  bootedAt: BOOTED,
};

/** Every movement that a quiet machine makes within an hour. */
const wobble = fc
  .record({
    free: fc.integer({ min: -7 * GIB, max: 7 * GIB }),
    offset: fc.integer({ min: -29_000, max: 29_000 }),
    booted: fc.integer({ min: -500_000, max: 500_000 }),
    scanned: fc.integer({ min: 0, max: 19 * 3_600_000 }),
    onBattery: fc.boolean(),
    running: fc.boolean(),
    waiting: fc.nat({ max: 90 }),
    data: fc.integer({ min: 0, max: 20_000_000 }),
    folder: fc.integer({ min: -90_000_000, max: 90_000_000 }),
    turned: fc.boolean(),
    message: fc.string({ maxLength: 20 }),
  })
  .map((by): Inventory => {
    const folders = (base.backups?.folders ?? []).map((one) => ({
      ...one,
      bytes: (one.bytes ?? 0) + by.folder,
    }));
    return {
      ...base,
      freeSystemDiskBytes: 80 * GIB + by.free,
      clockOffsetMs: 1500 + by.offset,
      bootedAt: at(BOOTED, by.booted),
      updateActivity: {
        lastScan: { at: at(SCANNED, by.scanned), from: 'update-agent' },
        lastInstall: { at: SCANNED, from: 'client' },
      },
      power: { onBattery: by.onBattery },
      network: { metered: by.onBattery },
      services: [
        { name: 'wuauserv', state: by.running ? 'running' : 'stopped', startType: 'manual' },
        { name: 'bits', state: by.running ? 'stopped' : 'running', startType: 'manual' },
      ],
      backups: { folders: by.turned ? folders.toReversed() : folders },
      client: {
        ...{ startedAt: BOOTED, waitingReports: by.waiting, rejectedReports: 0 },
        dataBytes: 5_000_000 + by.data,
        unavailableSources: [{ name: 'System', message: by.message }],
      },
    };
  });

const [service] = base.services ?? [];
const [folder] = base.backups?.folders ?? [];
/** Each of these an administrator wants to know. */
const changes: readonly [string, Partial<Inventory>][] = [
  ['a gigabyte and more of a small disk', { freeSystemDiskBytes: 60 * GIB }],
  ['the disk can not be asked any more', { freeSystemDiskBytes: undefined }],
  ['the clock', { clockOffsetMs: 61_500 }],
  ['a restart', { bootedAt: at(BOOTED, 3_600_000) }],
  [
    'a scan on another day',
    {
      updateActivity: {
        ...base.updateActivity,
        lastScan: { at: at(SCANNED, 21 * 3_600_000), from: 'client' },
      },
    },
  ],
  [
    'an installation',
    {
      updateActivity: {
        ...base.updateActivity,
        lastInstall: { at: at(SCANNED, 120_000), from: 'client' },
      },
    },
  ],
  ['a pending restart', { pendingRestart: { pending: true, reasons: ['windows-update'] } }],
  [
    'a disabled service',
    { services: [{ ...service!, startType: 'disabled' }, base.services![1]!] },
  ],
  [
    'a service that hangs',
    { services: [{ ...service!, state: 'stop-pending' }, base.services![1]!] },
  ],
  ['a service that is gone', { services: [service!] }],
  [
    'a policy',
    {
      updatePolicy: {
        ...base.updatePolicy!,
        settings: [{ name: 'AUOptions', value: 2, from: 'mdm' }],
      },
    },
  ],
  [
    'a new backup',
    {
      backups: {
        folders: [...base.backups!.folders, { path: 'C:\\Windows\\SD.old', origin: 'foreign' }],
      },
    },
  ],
  ['a backup that is gone', { backups: { folders: [folder!] } }],
  [
    'a size that is known now',
    { backups: { folders: [{ ...folder!, bytes: undefined }, base.backups!.folders[1]!] } },
  ],
  ['a source that is back', { client: { ...base.client, unavailableSources: [] } }],
  ['a report that was refused', { client: { ...base.client, rejectedReports: 1 } }],
  ['many reports that wait', { client: { ...base.client, waitingReports: 500 } }],
  ['another revision', { os: { ...base.os, revision: 7 } }],
];

describe('what is worth a report', () => {
  it('is nothing that a quiet machine does', () => {
    fc.assert(
      fc.property(wobble, (now) => {
        expect(isWorthTelling(base, now)).toBe(false);
      }),
    );
  });

  it.each(changes)('is %s, whatever else moves', (_, change) => {
    fc.assert(
      fc.property(wobble, (moved) => {
        // The change comes on top of the movement; what it names stands as it says.
        expect(isWorthTelling(base, { ...moved, ...change })).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('is a slow movement as soon as it has come far enough', () => {
    let told = base;
    let reports = 0;
    for (let step = 1; step <= 100; step += 1) {
      const now = { ...base, freeSystemDiskBytes: 80 * GIB - step * 0.5 * GIB };
      if (!isWorthTelling(told, now)) continue;
      reports += 1;
      told = now;
    }
    expect(reports).toBeGreaterThanOrEqual(5);
    expect(reports).toBeLessThanOrEqual(10);
  });

  it('knows wobble from nothing at all', () => {
    expect(isDifferent(base, structuredClone(base))).toBe(false);
    expect(isDifferent(base, { ...base, power: { onBattery: true } })).toBe(true);
    expect(isDifferent(base, { ...base, domain: undefined })).toBe(false);
  });
});
