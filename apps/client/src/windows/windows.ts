import { type MachineHints } from '@fleetmend/domain';
import { type ComponentStore } from './component-store';
import { type DriverUpdates } from './driver-updates';
import { type Power } from './power';
import { type Network } from './network';
import { type Sessions } from './sessions';
import { type SystemClock } from './system-clock';
import { type Tools } from './tools';
import { type FolderProtection } from './access';
import { type Secrets } from './secrets';
import { type Watchdog } from './watchdog';
import { type UpdateHistory } from './update-history';

export type ServiceState =
  | 'stopped'
  | 'start-pending'
  | 'stop-pending'
  | 'running'
  | 'continue-pending'
  | 'pause-pending'
  | 'paused';
export type ServiceStartType = 'boot' | 'system' | 'automatic' | 'manual' | 'disabled';

/** A service as the service control manager knows it. */
export interface ServiceStatus {
  readonly name: string;
  readonly state: ServiceState;
  readonly startType: ServiceStartType;
  readonly processId?: number | undefined;
}

/** What Windows answered when it refused. `code` is the Win32 error (5 access denied, 32 sharing violation, 1060 …). */
export class WindowsError extends Error {
  constructor(
    readonly operation: string,
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'WindowsError';
  }
}

/** Why a part of Windows can't be asked on this machine: said, never taken for "nothing there". */
export class Unavailable extends Error {
  constructor(
    readonly what: string,
    reason: string,
  ) {
    super(`${what} is not available: ${reason}`);
    this.name = 'Unavailable';
  }
}

/** The service control manager. Services are named by service name; display names are localised and never used. */
export interface Services {
  /** Undefined when there is no such service (1060). */
  query(name: string): Promise<ServiceStatus | undefined>;
  /** Sends the control and returns; the caller waits for the state. Resolves when it was stopped already (1062). */
  requestStop(name: string): Promise<void>;
  /** Resolves when it was running already (1056). */
  requestStart(name: string): Promise<void>;
  /** Throws {@link WindowsError}, also when there is no such service. */
  setStartType(name: string, startType: ServiceStartType): Promise<void>;
  /** Running services that need `name` and must be stopped before it. */
  runningDependents(name: string): Promise<readonly string[]>;
}

/** A registry value with its type, so that it can be put back as it was. */
export type RegistryValue =
  | { readonly type: 'dword'; readonly data: number }
  | { readonly type: 'sz' | 'expand-sz'; readonly data: string }
  | { readonly type: 'multi-sz'; readonly data: readonly string[] };

/** The registry, always the 64-bit view of HKEY_LOCAL_MACHINE. */
export interface Registry {
  keyExists(key: string): Promise<boolean>;
  /** REG_DWORD, REG_SZ, REG_EXPAND_SZ and REG_MULTI_SZ; undefined when key or value is missing. */
  read(key: string, value: string): Promise<number | string | readonly string[] | undefined>;
  /** As {@link read}, with the type. Throws {@link Unavailable} for types that can't be put back. */
  readTyped(key: string, value: string): Promise<RegistryValue | undefined>;
  /** Makes the key where there is none. Throws {@link WindowsError}. */
  write(key: string, value: string, content: RegistryValue): Promise<void>;
  /** Resolves when there was no such value, too. */
  removeValue(key: string, value: string): Promise<void>;
  /** Removes a key that has neither values nor keys below; resolves with whether it is gone. */
  removeEmptyKey(key: string): Promise<boolean>;
  /** Names of the keys directly below; undefined when `key` is missing. */
  subkeys(key: string): Promise<readonly string[] | undefined>;
}

/** One event of the event log, as Windows renders it: XML. */
export interface EventQuery {
  readonly channel: string;
  readonly provider: string;
  /** None: all of the provider's. */
  readonly eventIds: readonly number[];
  /** Only records of level "error" or "critical". */
  readonly errorsOnly?: boolean | undefined;
  /** Only records with a greater EventRecordID. */
  readonly afterRecordId?: bigint | undefined;
  /** Only records created at or after this instant. */
  readonly since?: Date | undefined;
  readonly limit: number;
}

/** Which records are waited for. */
export type EventFilter = Pick<EventQuery, 'channel' | 'provider' | 'eventIds' | 'errorsOnly'>;

/** Windows says when there are new records. What they are is read by {@link EventLog.query}. */
export interface EventSubscription {
  /** Whether records came since the last question. Costs next to nothing. Throws when it broke: subscribe anew. */
  hasNews(): Promise<boolean>;
  close(): Promise<void>;
}

export interface EventLog {
  /** Oldest first. Throws {@link Unavailable} where the log can't be read; an empty array means: read, and nothing there. */
  query(query: EventQuery): Promise<readonly string[]>;
  /**
   * One record of a channel, whoever wrote it: the newest, or that with the number. Undefined when there is none. Throws
   * {@link Unavailable}.
   */
  record(channel: string, which: 'newest' | bigint): Promise<string | undefined>;
  /** For records that are written from now on. Throws {@link Unavailable} where Windows doesn't offer it. */
  subscribe(filter: EventFilter): Promise<EventSubscription>;
}

/** The files that playbooks touch. Paths are Windows paths. */
export interface Directories {
  /** Whether it is there, and whether it is what it seems. */
  inspect(path: string): Promise<'missing' | 'directory' | 'reparse-point' | 'file'>;
  /** Renames within one volume; never replaces. Throws {@link WindowsError}. */
  rename(from: string, to: string): Promise<void>;
  /** MoveFileEx with MOVEFILE_DELAY_UNTIL_REBOOT. */
  renameAtRestart(from: string, to: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  /**
   * Bytes and files below, without following reparse points. `pause` is awaited every few hundred entries, so that a
   * large folder can be measured slowly; what it throws ends the measuring.
   */
  measure(
    path: string,
    pause?: () => Promise<void>,
  ): Promise<{ readonly bytes: number; readonly files: number }>;
  /** When the folder was first made (a rename changes nothing of that), and when something directly in it last changed. */
  times(path: string): Promise<{ readonly createdAt: Date; readonly modifiedAt: Date }>;
  /**
   * Deletes a folder with all that is in it; links are deleted, not followed. Ends early when `signal` aborts. Throws
   * {@link WindowsError} for what can't be deleted, after all else is gone.
   */
  removeTree(path: string, signal: AbortSignal): Promise<void>;
  freeBytes(path: string): Promise<number>;
  /**
   * Makes a folder that only SYSTEM and administrators can open, or closes an existing one to everybody else. Throws
   * when somebody else made it: its contents can't be trusted.
   */
  makePrivate(path: string): Promise<void>;
}

/** Windows Update itself. */
export interface UpdateAgent {
  /** Starts a scan in whatever way this Windows knows; names the way. Throws {@link Unavailable}. */
  triggerScan(): Promise<string>;
  /** Whether an installation is going on (IUpdateInstaller.IsBusy or TiWorker). Throws {@link Unavailable}. */
  installerBusy(): Promise<boolean>;
  /** The update history as JSON lines, newest first. Throws {@link Unavailable}. */
  history(limit: number): Promise<readonly string[]>;
  /** When a scan and an installation last went well, as far as Windows knows. Throws {@link Unavailable}. */
  lastSuccesses(): Promise<{
    readonly scan?: Date | undefined;
    readonly install?: Date | undefined;
  }>;
}

export interface PendingRestart {
  readonly pending: boolean;
  readonly reasons: readonly string[];
}

/** What the computer is joined to on the network; `name` is that of the domain or workgroup. */
export interface Membership {
  readonly kind: 'domain' | 'workgroup' | 'none';
  readonly name?: string | undefined;
}

/** The machine itself. */
export interface Machine {
  readonly windowsDirectory: string;
  /** %ProgramData% */
  readonly programData: string;
  /** The drive that Windows is on, with a separator at its end: `C:\\`. */
  readonly systemDrive: string;
  hostname(): string;
  /** The DNS domain of its full name, where it has one. */
  dnsDomain(): string | undefined;
  /** Locale of the system, like `de-DE`. Throws {@link WindowsError}. */
  language(): string;
  /** Throws {@link Unavailable} where Windows doesn't say. */
  membership(): Promise<Membership>;
  /** False as well for machines without a battery. Throws {@link Unavailable} where Windows doesn't know. */
  onBattery(): boolean;
  pendingRestart(): Promise<PendingRestart>;
  machineGuid(): Promise<string | undefined>;
  /** What hints at which computer this is. What can't be learned is left out. Never rejects. */
  hints(): Promise<MachineHints>;
  /** Milliseconds since start, which no clock change moves. */
  uptimeMilliseconds(): number;
}

/** Everything that FleetMend asks of Windows. Two implementations: `native` (koffi) and `simulated`. */
export interface Windows {
  readonly services: Services;
  readonly registry: Registry;
  readonly eventLog: EventLog;
  readonly directories: Directories;
  readonly updateAgent: UpdateAgent;
  readonly updateHistory: UpdateHistory;
  readonly machine: Machine;
  readonly power: Power;
  readonly sessions: Sessions;
  readonly systemClock: SystemClock;
  readonly network: Network;
  readonly tools: Tools;
  readonly driverUpdates: DriverUpdates;
  readonly componentStore: ComponentStore;
  readonly secrets: Secrets;
  readonly protection: FolderProtection;
  readonly watchdog: Watchdog;
}
