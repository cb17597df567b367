import { hostname, uptime } from 'node:os';
import { parse } from 'node:path';
import { type Inventory } from '@fleetmend/client-protocol';
import { hintsOf, type MachineHints } from '@fleetmend/domain';
import {
  type Directories,
  type Machine,
  type PendingRestart,
  type Registry,
  type Services,
} from '../windows';
import { type Bridge, type NativeFunction } from './bridge';
import { NativeFirmware } from './smbios';

const CURRENT_VERSION = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const UPDATE = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update';
const SERVICING = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing';
const POLICY = 'SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
const SESSION_MANAGER = 'SYSTEM\\CurrentControlSet\\Control\\Session Manager';
/** Keys that are there only as long as Windows waits for a restart, and what they mean. */
const RESTART_KEYS: Readonly<Record<string, string>> = {
  [`${UPDATE}\\RebootRequired`]: 'windows-update',
  [`${UPDATE}\\PostRebootReporting`]: 'update-reporting',
  [`${SERVICING}\\RebootPending`]: 'component-servicing',
  [`${SERVICING}\\RebootInProgress`]: 'component-servicing-in-progress',
  [`${SERVICING}\\PackagesPending`]: 'packages-pending',
};
/** Services whose state helps triage. */
const TOLD_SERVICES = [
  'wuauserv',
  'bits',
  'dosvc',
  'usosvc',
  'cryptsvc',
  'msiserver',
  'trustedinstaller',
  'waasmedicsvc',
  'w32time',
] as const;
const FIRST_WINDOWS_11_BUILD = 22_000;
const DNS_DOMAIN = 2;
const LOCALE_LENGTH = 85;

/** The machine as registry, services and kernel32 describe it. */
export class NativeMachine implements Machine {
  readonly windowsDirectory: string;
  readonly programData: string;
  private readonly firmware: NativeFirmware;
  readonly systemDrive: string;
  private readonly computerName: NativeFunction<[number, Buffer, Buffer], number>;
  private readonly localeName: NativeFunction<[Buffer, number], number>;

  constructor(
    bridge: Bridge,
    private readonly registry: Registry,
    private readonly services: Services,
    private readonly directories: Directories,
  ) {
    this.windowsDirectory = process.env['SystemRoot'] ?? 'C:\\Windows';
    this.programData = process.env['ProgramData'] ?? 'C:\\ProgramData';
    this.firmware = new NativeFirmware(bridge);
    this.systemDrive = parse(this.windowsDirectory).root;
    this.computerName = bridge.bind(
      'kernel32',
      'int GetComputerNameExW(int kind, void *buffer, void *size)',
    );
    this.localeName = bridge.bind(
      'kernel32',
      'int GetSystemDefaultLocaleName(void *buffer, int size)',
    );
  }

  /** What can't be learned is left out; only the operating system is a must. */
  async inventory(clientVersion: string): Promise<Inventory> {
    const optional = <T>(value: Promise<T>) => value.catch(() => undefined);
    return {
      hostname: hostname(),
      domain: this.domain(),
      os: await this.operatingSystem(),
      clientVersion,
      freeSystemDiskBytes: await optional(this.directories.freeBytes(this.windowsDirectory)),
      services: await optional(this.toldServices()),
      pendingRestart: await optional(this.pendingRestartForInventory()),
      updatePolicy: await optional(this.updatePolicy()),
      bootedAt: bootedAt(),
    };
  }

  async pendingRestart(): Promise<PendingRestart> {
    const strong: string[] = [];
    for (const [key, reason] of Object.entries(RESTART_KEYS)) {
      if (await this.registry.keyExists(key)) strong.push(reason);
    }
    const updateExe = await this.registry.read('SOFTWARE\\Microsoft\\Updates', 'UpdateExeVolatile');
    if (typeof updateExe === 'number' && updateExe !== 0) strong.push('update-exe');
    // Any program may leave renames for the next start, so these alone don't mean that Windows needs one.
    const weak: string[] = [];
    for (const value of ['PendingFileRenameOperations', 'PendingFileRenameOperations2']) {
      const renames = await this.registry.read(SESSION_MANAGER, value);
      if (Array.isArray(renames) && renames.length > 0) weak.push('file-renames');
    }
    return { pending: strong.length > 0, reasons: [...strong, ...new Set(weak)] };
  }

  async machineGuid(): Promise<string | undefined> {
    const guid = await this.registry.read('SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid');
    return typeof guid === 'string' ? guid : undefined;
  }

  async hints(): Promise<MachineHints> {
    const optional = <T>(value: Promise<T>) => value.catch(() => undefined);
    return hintsOf({
      smbiosUuid: await optional(this.firmware.smbiosUuid()),
      machineGuid: await optional(this.machineGuid()),
      hostname: hostname(),
    });
  }

  uptimeMilliseconds(): number {
    return Math.round(uptime() * 1000);
  }

  private async pendingRestartForInventory(): Promise<NonNullable<Inventory['pendingRestart']>> {
    const { pending, reasons } = await this.pendingRestart();
    return { pending, reasons: [...reasons] };
  }

  private async operatingSystem(): Promise<Inventory['os']> {
    const read = (value: string) => this.registry.read(CURRENT_VERSION, value);
    const build = Number(await read('CurrentBuild'));
    const revision = await read('UBR');
    const release = await read('DisplayVersion');
    const product = String((await read('ProductName')) ?? 'Windows');
    const [major, minor] = [
      (await read('CurrentMajorVersionNumber')) ?? 10,
      (await read('CurrentMinorVersionNumber')) ?? 0,
    ];
    const parts = [
      major,
      minor,
      Number.isInteger(build) ? build : 0,
      ...(typeof revision === 'number' ? [revision] : []),
    ];
    return {
      name: [
        productName(product, build),
        ...(typeof release === 'string' && release !== '' ? [release] : []),
      ].join(' '),
      version: parts.join('.'),
      build: Number.isInteger(build) ? build : 0,
      revision: typeof revision === 'number' ? revision : undefined,
      architecture: process.arch,
      language: this.language(),
    };
  }

  private async toldServices(): Promise<NonNullable<Inventory['services']>> {
    const told: NonNullable<Inventory['services']> = [];
    for (const name of TOLD_SERVICES) {
      const status = await this.services.query(name).catch(() => undefined);
      if (status) told.push({ name, state: status.state, startType: status.startType });
    }
    return told;
  }

  private async updatePolicy(): Promise<NonNullable<Inventory['updatePolicy']>> {
    const automatic = `${POLICY}\\AU`;
    const server = await this.registry.read(POLICY, 'WUServer');
    const usesServer = (await this.registry.read(automatic, 'UseWUServer')) === 1;
    return {
      wsusServer: usesServer && typeof server === 'string' ? server : undefined,
      automaticUpdatesDisabled: (await this.registry.read(automatic, 'NoAutoUpdate')) === 1,
      updateAccessDisabled: (await this.registry.read(POLICY, 'DisableWindowsUpdateAccess')) === 1,
    };
  }

  private domain(): string | undefined {
    const buffer = Buffer.alloc(1024);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(buffer.length / 2, 0);
    if (this.computerName(DNS_DOMAIN, buffer, size) === 0) return undefined;
    const name = buffer.toString('utf16le', 0, size.readUInt32LE(0) * 2);
    return name === '' ? undefined : name;
  }

  private language(): string | undefined {
    const buffer = Buffer.alloc(LOCALE_LENGTH * 2);
    const length = this.localeName(buffer, LOCALE_LENGTH);
    return length > 1 ? buffer.toString('utf16le', 0, (length - 1) * 2) : undefined;
  }
}

/** The name that people know: the registry of Windows 11 still says 10. */
export function productName(product: string, build: number): string {
  return build >= FIRST_WINDOWS_11_BUILD ? product.replace(/^Windows 10\b/, 'Windows 11') : product;
}

/** To the minute, so that it doesn't change from one inventory to the next. */
function bootedAt(): string {
  const minute = 60_000;
  return new Date(Math.round((Date.now() - uptime() * 1000) / minute) * minute).toISOString();
}
