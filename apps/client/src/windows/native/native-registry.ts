import { type Registry } from '../windows';
import { type Bridge, type NativeFunction } from './bridge';

/** HKEY_LOCAL_MACHINE as 64-bit programs see the constant. */
const LOCAL_MACHINE = 0xffffffff80000002n;
const QUERY_VALUE_64 = 0x1 | 0x100;
const SUCCESS = 0;
const NOT_THERE: readonly number[] = [2, 3];
const MORE_DATA = 234;
const LARGEST_VALUE = 1_048_576;
const [SZ, EXPAND_SZ, DWORD, MULTI_SZ] = [1, 2, 4, 7];

/** The registry through advapi32. Its functions return their error themselves. */
export class NativeRegistry implements Registry {
  private readonly open: NativeFunction<[bigint, string, number, number, Buffer], number>;
  private readonly query: NativeFunction<[bigint, string, null, Buffer, Buffer, Buffer], number>;
  private readonly close: NativeFunction<[bigint], number>;

  constructor(private readonly bridge: Bridge) {
    this.open = bridge.bind(
      'advapi32',
      'int32 RegOpenKeyExW(uint64 key, str16 below, uint32 options, uint32 access, void *opened)',
    );
    this.query = bridge.bind(
      'advapi32',
      'int32 RegQueryValueExW(uint64 key, str16 name, void *reserved, void *type, void *data, void *size)',
    );
    this.close = bridge.bind('advapi32', 'int32 RegCloseKey(uint64 key)');
  }

  keyExists(key: string): Promise<boolean> {
    return Promise.resolve().then(() => this.with(key, () => true) ?? false);
  }

  read(key: string, value: string): Promise<number | string | readonly string[] | undefined> {
    return Promise.resolve().then(() => this.with(key, (opened) => this.valueOf(opened, value)));
  }

  private with<T>(key: string, act: (opened: bigint) => T): T | undefined {
    const handle = Buffer.alloc(8);
    const code = this.open(LOCAL_MACHINE, key, 0, QUERY_VALUE_64, handle);
    if (NOT_THERE.includes(code)) return undefined;
    if (code !== SUCCESS) throw this.bridge.error('RegOpenKeyEx', code);
    const opened = handle.readBigUInt64LE(0);
    try {
      return act(opened);
    } finally {
      this.close(opened);
    }
  }

  private valueOf(key: bigint, name: string): number | string | readonly string[] | undefined {
    const type = Buffer.alloc(4);
    const size = Buffer.alloc(4);
    for (let capacity = 1024; ; capacity = Math.max(size.readUInt32LE(0), capacity * 2)) {
      if (capacity > LARGEST_VALUE) throw this.bridge.error('RegQueryValueEx', MORE_DATA);
      const data = Buffer.alloc(capacity);
      size.writeUInt32LE(capacity, 0);
      const code = this.query(key, name, null, type, data, size);
      if (code === MORE_DATA) continue;
      if (NOT_THERE.includes(code)) return undefined;
      if (code !== SUCCESS) throw this.bridge.error('RegQueryValueEx', code);
      return registryValue(type.readUInt32LE(0), data.subarray(0, size.readUInt32LE(0)));
    }
  }
}

/** What a registry value says. Strings may lack their end or have bytes behind it; other types are undefined. */
export function registryValue(
  type: number,
  data: Buffer,
): number | string | readonly string[] | undefined {
  if (type === DWORD) return data.length >= 4 ? data.readUInt32LE(0) : undefined;
  const text = data.toString('utf16le', 0, data.length - (data.length % 2));
  if (type === SZ || type === EXPAND_SZ) return text.replace(/\0[^]*$/, '');
  if (type === MULTI_SZ) return text.split('\0').filter((part) => part !== '');
  return undefined;
}
