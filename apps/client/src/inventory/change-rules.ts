import { isDeepStrictEqual } from 'node:util';
import { type Inventory } from '@fleetmend/client-protocol';

const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From `last` on, how far a number may move without being worth a report. */
type Tolerance = (last: number) => number;

const within =
  (distance: number, share = 0): Tolerance =>
  (last) =>
    Math.max(distance, Math.abs(last) * share);

/** `now` as it counts against `last`: the same as long as it moved less than is tolerated. */
function settled<T extends number | undefined>(last: T, now: T, tolerance: Tolerance): T {
  if (last === undefined || now === undefined) return now;
  return Math.abs(now - last) < tolerance(last) ? last : now;
}

/** The same for moments. */
function settledAt<T extends string | undefined>(last: T, now: T, toleranceMs: number): T {
  if (last === undefined || now === undefined) return now;
  return Math.abs(Date.parse(now) - Date.parse(last)) < toleranceMs ? last : now;
}

/**
 * What moves all the time and how far it may. Everything that isn't named here is worth a report as soon as it
 * differs. Tolerances count from what was told last, so that slow movements add up.
 */
function settle(last: Inventory, now: Inventory): Inventory {
  return {
    ...now,
    freeSystemDiskBytes: settled(
      last.freeSystemDiskBytes,
      now.freeSystemDiskBytes,
      within(GIBIBYTE, 0.1),
    ),
    clockOffsetMs: settled(last.clockOffsetMs, now.clockOffsetMs, within(30_000)),
    // It is reckoned from the clock, and moves when that is set.
    bootedAt: settledAt(last.bootedAt, now.bootedAt, 10 * MINUTE_MS),
    power: last.power && now.power && last.power,
    network: last.network && now.network && last.network,
    services: now.services && settledServices(last.services ?? [], now.services),
    updateActivity: now.updateActivity && {
      lastScan: settledSuccess(
        last.updateActivity?.lastScan,
        now.updateActivity.lastScan,
        20 * HOUR_MS,
      ),
      lastInstall: settledSuccess(
        last.updateActivity?.lastInstall,
        now.updateActivity.lastInstall,
        MINUTE_MS,
      ),
    },
    backups: now.backups && {
      ...now.backups,
      folders: settledFolders(last.backups?.folders ?? [], now.backups.folders),
    },
    client: now.client && settledClient(last.client, now.client),
  };
}

type Service = NonNullable<Inventory['services']>[number];

/** Windows starts and stops most of these as it needs them. One that is stuck between two states is worth a word. */
function settledServices(last: readonly Service[], now: readonly Service[]): Service[] {
  const rests = (state: string) => state === 'running' || state === 'stopped';
  return now.map((service) => {
    const before = last.find(({ name }) => name === service.name);
    const same = before !== undefined && rests(before.state) && rests(service.state);
    return same ? { ...service, state: before.state } : service;
  });
}

type Success = NonNullable<NonNullable<Inventory['updateActivity']>['lastScan']>;

function settledSuccess(
  last: Success | undefined,
  now: Success | undefined,
  toleranceMs: number,
): Success | undefined {
  return last && now && settledAt(last.at, now.at, toleranceMs) === last.at ? last : now;
}

type Folder = NonNullable<Inventory['backups']>['folders'][number];

/** In the order of their paths: sizes decide the order in which they are told. */
function settledFolders(last: readonly Folder[], now: readonly Folder[]): Folder[] {
  const byPath = (a: Folder, b: Folder) => (a.path < b.path ? -1 : 1);
  return now
    .map((folder) => {
      const before = last.find(({ path }) => path === folder.path);
      if (!before) return folder;
      const bytes = settled(before.bytes, folder.bytes, within(100 * MEBIBYTE, 0.1));
      return {
        ...folder,
        bytes,
        files: bytes === before.bytes ? before.files : folder.files,
        modifiedAt: settledAt(before.modifiedAt, folder.modifiedAt, DAY_MS),
      };
    })
    .sort(byPath);
}

type Client = NonNullable<Inventory['client']>;

function settledClient(last: Client | undefined, now: Client): Client {
  const messages = new Map(last?.unavailableSources?.map(({ name, message }) => [name, message]));
  return {
    ...now,
    // A start is told in any case.
    startedAt: last?.startedAt,
    // They come and go with each report, this one included.
    waitingReports: settled(last?.waitingReports, now.waitingReports, within(100, 0.5)),
    dataBytes: settled(last?.dataBytes, now.dataBytes, within(20 * MEBIBYTE, 0.25)),
    unavailableSources: now.unavailableSources?.map(({ name, message }) => ({
      name,
      message: messages.get(name) ?? message,
    })),
  };
}

/** Without what is undefined, and with folders in the order of their paths. */
function plain(inventory: Inventory): unknown {
  const { backups } = inventory;
  const ordered = backups && { ...backups, folders: settledFolders([], backups.folders) };
  return JSON.parse(JSON.stringify({ ...inventory, backups: ordered }));
}

/** Whether `now` says something that whoever knows `last` should hear. */
export function isWorthTelling(last: Inventory, now: Inventory): boolean {
  return !isDeepStrictEqual(plain(last), plain(settle(last, now)));
}

/** Whether anything at all is different, what moves all the time included. */
export function isDifferent(last: Inventory, now: Inventory): boolean {
  return !isDeepStrictEqual(plain(last), plain(now));
}
