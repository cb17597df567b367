import { type Registry, type RegistryValue, Unavailable } from '../windows';
import { type Bridge, type NativeFunction, wide } from './bridge';

/** HKEY_LOCAL_MACHINE as 64-bit programs see the constant. */
const LOCAL_MACHINE = 0xffffffff80000002n;
const QUERY_VALUE_64 = 0x1 | 0x100;
const ENUMERATE_KEYS_64 = 0x8 | 0x100;
const SET_VALUE_64 = 0x2 | 0x100;
const DELETE_KEY_64 = 0x10000 | 0x1 | 0x8 | 0x100;
const WOW64_64KEY = 0x100;
const SUCCESS = 0;
const NOT_THERE: readonly number[] = [2, 3];
const MORE_DATA = 234;
const NO_MORE_ITEMS = 259;
const LARGEST_VALUE = 1_048_576;
/** Names of keys have up to 255 characters. */
const NAME_LENGTH = 256;
const MOST_KEYS = 1000;
const [SZ, EXPAND_SZ, DWORD, MULTI_SZ] = [1, 2, 4, 7];

/** A value as the registry keeps it. */
interface RawValue {
  readonly type: number;
  readonly data: Buffer;
}

/** The registry through advapi32. Its functions return their error themselves. */
export class NativeRegistry implements Registry {
  private readonly open: NativeFunction<[bigint, string, number, number, Buffer], number>;
  private readonly query: NativeFunction<[bigint, string, null, Buffer, Buffer, Buffer], number>;
  private readonly enumerate: NativeFunction<
    [bigint, number, Buffer, Buffer, null, null, null, null],
    number
  >;
  private readonly close: NativeFunction<[bigint], number>;
  private readonly create: NativeFunction<
    [bigint, string, number, null, number, number, null, Buffer, Buffer],
    number
  >;
  private readonly set: NativeFunction<[bigint, string, number, number, Buffer, number], number>;
  private readonly deleteValue: NativeFunction<[bigint, string], number>;
  private readonly deleteKey: NativeFunction<[bigint, string, number, number], number>;
  private readonly queryInfo: NativeFunction<
    [bigint, null, null, null, Buffer, null, null, Buffer, null, null, null, null],
    number
  >;

  constructor(private readonly bridge: Bridge) {
    this.open = bridge.bind(
      'advapi32',
      'int32 RegOpenKeyExW(uint64 key, str16 below, uint32 options, uint32 access, void *opened)',
    );
    this.query = bridge.bind(
      'advapi32',
      'int32 RegQueryValueExW(uint64 key, str16 name, void *reserved, void *type, void *data, void *size)',
    );
    this.enumerate = bridge.bind(
      'advapi32',
      'int32 RegEnumKeyExW(uint64 key, uint32 index, void *name, void *length, void *reserved, void *class, void *classLength, void *written)',
    );
    this.close = bridge.bind('advapi32', 'int32 RegCloseKey(uint64 key)');
    this.create = bridge.bind(
      'advapi32',
      'int32 RegCreateKeyExW(uint64 key, str16 below, uint32 reserved, void *class, uint32 options, uint32 access, void *security, void *opened, void *disposition)',
    );
    this.set = bridge.bind(
      'advapi32',
      'int32 RegSetValueExW(uint64 key, str16 name, uint32 reserved, uint32 type, void *data, uint32 size)',
    );
    this.deleteValue = bridge.bind('advapi32', 'int32 RegDeleteValueW(uint64 key, str16 name)');
    this.deleteKey = bridge.bind(
      'advapi32',
      'int32 RegDeleteKeyExW(uint64 key, str16 below, uint32 access, uint32 reserved)',
    );
    this.queryInfo = bridge.bind(
      'advapi32',
      'int32 RegQueryInfoKeyW(uint64 key, void *class, void *classSize, void *reserved, void *keys, void *longestKey, void *longestClass, void *values, void *longestName, void *longestValue, void *security, void *written)',
    );
  }

  keyExists(key: string): Promise<boolean> {
    return Promise.resolve().then(() => this.with(key, () => true) ?? false);
  }

  read(key: string, value: string): Promise<number | string | readonly string[] | undefined> {
    return Promise.resolve().then(() => {
      const raw = this.with(key, (opened) => this.rawValue(opened, value));
      return raw && registryValue(raw.type, raw.data);
    });
  }

  readTyped(key: string, value: string): Promise<RegistryValue | undefined> {
    return Promise.resolve().then(() => {
      const raw = this.with(key, (opened) => this.rawValue(opened, value));
      return raw && typedValue(raw, `${key}\\${value}`);
    });
  }

  write(key: string, value: string, content: RegistryValue): Promise<void> {
    return Promise.resolve().then(() => {
      const handle = Buffer.alloc(8);
      const disposition = Buffer.alloc(4);
      const made = this.create(
        ...([LOCAL_MACHINE, key, 0, null, 0, SET_VALUE_64, null, handle, disposition] as const),
      );
      if (made !== SUCCESS) throw this.bridge.error('RegCreateKeyEx', made);
      const opened = handle.readBigUInt64LE(0);
      try {
        const { type, data } = rawOf(content);
        const code = this.set(opened, value, 0, type, data, data.length);
        if (code !== SUCCESS) throw this.bridge.error('RegSetValueEx', code);
      } finally {
        this.close(opened);
      }
    });
  }

  removeValue(key: string, value: string): Promise<void> {
    return Promise.resolve().then(() => {
      this.with(
        key,
        (opened) => {
          const code = this.deleteValue(opened, value);
          if (code !== SUCCESS && !NOT_THERE.includes(code))
            throw this.bridge.error('RegDeleteValue', code);
        },
        SET_VALUE_64,
      );
    });
  }

  removeEmptyKey(key: string): Promise<boolean> {
    return Promise.resolve().then(() => {
      const isEmpty = this.with(key, (opened) => this.isEmpty(opened), DELETE_KEY_64);
      if (isEmpty === undefined) return true;
      if (!isEmpty) return false;
      const code = this.deleteKey(LOCAL_MACHINE, key, WOW64_64KEY, 0);
      if (code !== SUCCESS && !NOT_THERE.includes(code))
        throw this.bridge.error('RegDeleteKeyEx', code);
      return true;
    });
  }

  subkeys(key: string): Promise<readonly string[] | undefined> {
    return Promise.resolve().then(() =>
      this.with(key, (opened) => this.namesBelow(opened), ENUMERATE_KEYS_64),
    );
  }

  private namesBelow(key: bigint): readonly string[] {
    const names: string[] = [];
    const name = Buffer.alloc(NAME_LENGTH * 2);
    const length = Buffer.alloc(4);
    for (let index = 0; index < MOST_KEYS; index += 1) {
      length.writeUInt32LE(NAME_LENGTH, 0);
      const code = this.enumerate(key, index, name, length, null, null, null, null);
      if (code === NO_MORE_ITEMS) break;
      if (code !== SUCCESS) throw this.bridge.error('RegEnumKeyEx', code);
      names.push(name.toString('utf16le', 0, length.readUInt32LE(0) * 2));
    }
    return names;
  }

  private isEmpty(opened: bigint): boolean {
    const keys = Buffer.alloc(4);
    const values = Buffer.alloc(4);
    const code = this.queryInfo(
      ...([opened, null, null, null, keys, null, null, values, null, null, null, null] as const),
    );
    if (code !== SUCCESS) throw this.bridge.error('RegQueryInfoKey', code);
    return keys.readUInt32LE(0) === 0 && values.readUInt32LE(0) === 0;
  }

  private with<T>(key: string, act: (opened: bigint) => T, access = QUERY_VALUE_64): T | undefined {
    const handle = Buffer.alloc(8);
    const code = this.open(LOCAL_MACHINE, key, 0, access, handle);
    if (NOT_THERE.includes(code)) return undefined;
    if (code !== SUCCESS) throw this.bridge.error('RegOpenKeyEx', code);
    const opened = handle.readBigUInt64LE(0);
    try {
      return act(opened);
    } finally {
      this.close(opened);
    }
  }

  private rawValue(key: bigint, name: string): RawValue | undefined {
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
      return { type: type.readUInt32LE(0), data: data.subarray(0, size.readUInt32LE(0)) };
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

function typedValue({ type, data }: RawValue, name: string): RegistryValue {
  const value = registryValue(type, data);
  if (type === DWORD && typeof value === 'number') return { type: 'dword', data: value };
  if (type === SZ && typeof value === 'string') return { type: 'sz', data: value };
  if (type === EXPAND_SZ && typeof value === 'string') return { type: 'expand-sz', data: value };
  if (type === MULTI_SZ && Array.isArray(value))
    return { type: 'multi-sz', data: value as string[] };
  throw new Unavailable(name, `it has the type ${type}, which can't be put back`);
}

/** A value as the registry wants it: little endian, strings with their end. */
export function rawOf(content: RegistryValue): RawValue {
  if (content.type === 'dword') {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(content.data);
    return { type: DWORD, data };
  }
  if (content.type === 'multi-sz') {
    const text = [...content.data, ''].map((part) => `${part}\0`).join('');
    return { type: MULTI_SZ, data: Buffer.from(text, 'utf16le') };
  }
  const type = content.type === 'sz' ? SZ : EXPAND_SZ;
  return { type, data: wide(content.data) };
}
