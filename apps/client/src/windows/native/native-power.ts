import { randomUUID } from 'node:crypto';
import { type Power, type RestartRequest } from '../power';
import { Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction } from './bridge';
import { Privileges } from './privileges';
import { registryValue } from './native-registry';

/** HKEY_LOCAL_MACHINE as 64-bit programs see the constant. */
const LOCAL_MACHINE = 0xffffffff80000002n;
/** Below nothing of ours that stays: Windows makes all keys on the way to a volatile one volatile, too. */
const BOOT_KEY = 'SOFTWARE\\FleetMendBoot';
const BOOT_VALUE = 'Id';
const READ_WRITE_64 = 0x1 | 0x2 | 0x100;
/** Windows keeps the key in memory only: it is gone after a restart, and nothing else takes it away. */
const VOLATILE = 0x1;
const SZ = 1;

const FORCE_OTHERS = 0x1;
const FORCE_SELF = 0x2;
const RESTART = 0x4;
/** Operating system, reconfiguration, planned: one of the reasons that Windows names in its own log. */
const REASON = 0x80020004;
const SHUTDOWN_IN_PROGRESS = 1115;
const SHUTDOWN_IS_SCHEDULED = 1190;
const NO_SHUTDOWN_IN_PROGRESS = 1116;

/** Restarts through advapi32, and a volatile key of the registry that tells one start of Windows from the next. */
export class NativePower implements Power {
  private readonly create: NativeFunction<
    [bigint, string, number, null, number, number, null, Buffer, Buffer],
    number
  >;
  private readonly query: NativeFunction<[bigint, string, null, Buffer, Buffer, Buffer], number>;
  private readonly set: NativeFunction<[bigint, string, number, number, Buffer, number], number>;
  private readonly close: NativeFunction<[bigint], number>;

  constructor(private readonly bridge: Bridge) {
    this.create = bridge.bind(
      'advapi32',
      'int32 RegCreateKeyExW(uint64 key, str16 below, uint32 reserved, void *class, uint32 options, uint32 access, void *security, void *opened, void *disposition)',
    );
    this.query = bridge.bind(
      'advapi32',
      'int32 RegQueryValueExW(uint64 key, str16 name, void *reserved, void *type, void *data, void *size)',
    );
    this.set = bridge.bind(
      'advapi32',
      'int32 RegSetValueExW(uint64 key, str16 name, uint32 reserved, uint32 type, void *data, uint32 size)',
    );
    this.close = bridge.bind('advapi32', 'int32 RegCloseKey(uint64 key)');
  }

  bootId(): Promise<string> {
    return Promise.resolve().then(() => {
      const handle = Buffer.alloc(8);
      const made = this.create(
        ...([LOCAL_MACHINE, BOOT_KEY, 0, null, VOLATILE, READ_WRITE_64, null] as const),
        handle,
        Buffer.alloc(4),
      );
      if (made !== 0) throw this.unknown('RegCreateKeyEx', made);
      const key = handle.readBigUInt64LE(0);
      try {
        return this.known(key) ?? this.remember(key, randomUUID());
      } finally {
        this.close(key);
      }
    });
  }

  async requestRestart({ message, graceSeconds }: RestartRequest): Promise<void> {
    new Privileges(this.bridge).enable('SeShutdownPrivilege');
    const initiate = this.optional<[null, string, number, number, number]>(
      'uint32 InitiateShutdownW(str16 machine, str16 message, uint32 grace, uint32 flags, uint32 reason)',
    );
    const flags = FORCE_OTHERS | FORCE_SELF | RESTART;
    const code = await inBackground(initiate, null, message, graceSeconds, flags, REASON);
    const underWay = [0, SHUTDOWN_IN_PROGRESS, SHUTDOWN_IS_SCHEDULED];
    if (!underWay.includes(code)) throw this.bridge.error('InitiateShutdown', code);
  }

  cancelRestart(): Promise<boolean> {
    return Promise.resolve().then(() => {
      new Privileges(this.bridge).enable('SeShutdownPrivilege');
      const abort = this.optional<[null]>('int AbortSystemShutdownW(str16 machine)');
      this.bridge.clearError();
      if (abort(null) !== 0) return true;
      const code = this.bridge.lastError();
      if (code === NO_SHUTDOWN_IN_PROGRESS) return false;
      throw this.bridge.error('AbortSystemShutdown', code);
    });
  }

  private known(key: bigint): string | undefined {
    const data = Buffer.alloc(256);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(data.length);
    const type = Buffer.alloc(4);
    if (this.query(key, BOOT_VALUE, null, type, data, size) !== 0) return undefined;
    const value = registryValue(type.readUInt32LE(0), data.subarray(0, size.readUInt32LE(0)));
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  private remember(key: bigint, id: string): string {
    const data = Buffer.from(`${id}\0`, 'utf16le');
    const code = this.set(key, BOOT_VALUE, 0, SZ, data, data.length);
    if (code !== 0) throw this.unknown('RegSetValueEx', code);
    return id;
  }

  private unknown(operation: string, code: number): Unavailable {
    return new Unavailable(
      'Which start of Windows this is',
      this.bridge.error(operation, code).message,
    );
  }

  private optional<Arguments extends readonly unknown[]>(
    prototype: string,
  ): NativeFunction<Arguments, number> {
    try {
      return this.bridge.bind('advapi32', prototype);
    } catch (error) {
      throw new Unavailable('A restart', error instanceof Error ? error.message : String(error));
    }
  }
}
