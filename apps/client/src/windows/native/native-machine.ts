import { hostname, uptime } from 'node:os';
import { parse } from 'node:path';
import { hintsOf, type MachineHints } from '@fleetmend/domain';
import {
  type Directories,
  type Machine,
  type Membership,
  type PendingRestart,
  type Registry,
  Unavailable,
} from '../windows';
import { type Bridge, inBackground, type NativeFunction, type Pointer } from './bridge';
import { pendingRestartOf } from './pending-restart';
import { NativeFirmware } from './smbios';

const DNS_DOMAIN = 2;
const LOCALE_LENGTH = 85;
/** NETSETUP_JOIN_STATUS; 0 means that Windows doesn't know. */
const MEMBERSHIPS: readonly (Membership['kind'] | undefined)[] = [
  undefined,
  'none',
  'workgroup',
  'domain',
];
/** SYSTEM_POWER_STATUS. */
const POWER_STATUS_SIZE = 12;
const ON_BATTERY = 0;
const ON_MAINS = 1;

/** The machine as kernel32 and netapi32 describe it. */
export class NativeMachine implements Machine {
  readonly windowsDirectory: string;
  readonly programData: string;
  private readonly firmware: NativeFirmware;
  readonly systemDrive: string;
  private readonly computerName: NativeFunction<[number, Buffer, Buffer], number>;
  private readonly localeName: NativeFunction<[Buffer, number], number>;
  private readonly powerStatus: NativeFunction<[Buffer], number>;
  private readonly joinInformation: NativeFunction<[null, Buffer, Buffer], number>;
  private readonly freeNetBuffer: NativeFunction<[Pointer], number>;

  constructor(
    private readonly bridge: Bridge,
    private readonly registry: Registry,
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
    this.powerStatus = bridge.bind('kernel32', 'int GetSystemPowerStatus(void *status)');
    this.joinInformation = bridge.bind(
      'netapi32',
      'uint32 NetGetJoinInformation(void *server, void *name, void *status)',
    );
    this.freeNetBuffer = bridge.bind('netapi32', 'uint32 NetApiBufferFree(void *buffer)');
  }

  hostname(): string {
    return hostname();
  }

  dnsDomain(): string | undefined {
    const buffer = Buffer.alloc(1024);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(buffer.length / 2, 0);
    if (this.computerName(DNS_DOMAIN, buffer, size) === 0) return undefined;
    const name = buffer.toString('utf16le', 0, size.readUInt32LE(0) * 2);
    return name === '' ? undefined : name;
  }

  language(): string {
    const buffer = Buffer.alloc(LOCALE_LENGTH * 2);
    const length = this.localeName(buffer, LOCALE_LENGTH);
    if (length <= 1) throw this.bridge.error('GetSystemDefaultLocaleName');
    return buffer.toString('utf16le', 0, (length - 1) * 2);
  }

  async membership(): Promise<Membership> {
    const name = Buffer.alloc(8);
    const status = Buffer.alloc(4);
    const code = await inBackground(this.joinInformation, null, name, status);
    if (code !== 0) throw this.bridge.error('NetGetJoinInformation', code);
    const pointer = name.readBigUInt64LE(0);
    try {
      const kind = MEMBERSHIPS[status.readUInt32LE(0)];
      if (kind === undefined) {
        throw new Unavailable('the membership', 'NetGetJoinInformation does not know it');
      }
      const text = pointer === 0n ? '' : this.bridge.koffi.decode.string16(pointer);
      return { kind, name: kind === 'none' || text === '' ? undefined : text };
    } finally {
      if (pointer !== 0n) this.freeNetBuffer(pointer);
    }
  }

  onBattery(): boolean {
    const status = Buffer.alloc(POWER_STATUS_SIZE);
    if (this.powerStatus(status) === 0) throw this.bridge.error('GetSystemPowerStatus');
    const line = status.readUInt8(0);
    if (line !== ON_BATTERY && line !== ON_MAINS) {
      throw new Unavailable('the power source', 'GetSystemPowerStatus does not know it');
    }
    return line === ON_BATTERY;
  }

  pendingRestart(): Promise<PendingRestart> {
    return pendingRestartOf(this.registry, this.directories, this.windowsDirectory);
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
}
