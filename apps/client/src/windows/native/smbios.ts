import { uuidHint } from '@fleetmend/domain';
import { Unavailable } from '../windows';
import { type Bridge, inBackground, type NativeFunction } from './bridge';

/** The provider of raw SMBIOS tables: 'RSMB' as Windows wants the four characters. */
const RSMB = 0x52534d42;
/** Far more than any firmware's tables: SMBIOS 2 has at most 64 KB. */
const LARGEST_TABLE = 4 * 1024 * 1024;
/** RawSMBIOSData before the table: calling method, major, minor, DMI revision, length (DWORD). */
const RAW_HEADER = 8;
const [SYSTEM_INFORMATION, END_OF_TABLE] = [1, 127];
/** Type, length, handle. */
const STRUCTURE_HEADER = 4;
const [UUID_OFFSET, UUID_BYTES] = [8, 16];

/** Reads the tables that the firmware gives. The same on x64 and arm64. */
export class NativeFirmware {
  private readonly table: NativeFunction<[number, number, Buffer | null, number], number>;

  constructor(bridge: Bridge) {
    this.table = bridge.bind(
      'kernel32',
      'uint32 GetSystemFirmwareTable(uint32 provider, uint32 table, void *buffer, uint32 size)',
    );
  }

  /** The UUID of the board; undefined when the firmware gives none of use. Throws {@link Unavailable}. */
  async smbiosUuid(): Promise<string | undefined> {
    const size = await inBackground(this.table, RSMB, 0, null, 0);
    if (size < RAW_HEADER || size > LARGEST_TABLE) {
      throw new Unavailable('The SMBIOS table', `Windows says that it has ${size} bytes`);
    }
    const raw = Buffer.alloc(size);
    const written = await inBackground(this.table, RSMB, 0, raw, size);
    if (written === 0 || written > size) {
      throw new Unavailable('The SMBIOS table', `Windows wrote ${written} of ${size} bytes`);
    }
    return smbiosUuid(raw.subarray(0, written));
  }
}

/**
 * The UUID in the type 1 structure of RawSMBIOSData, in the byte order that Windows shows: since SMBIOS 2.6 the first
 * three fields are little-endian. Undefined when there is none, or one that many boards have. Never reads beyond `raw`.
 */
export function smbiosUuid(raw: Buffer): string | undefined {
  if (raw.length < RAW_HEADER) return undefined;
  const end = Math.min(raw.length, RAW_HEADER + raw.readUInt32LE(4));
  let at = RAW_HEADER;
  while (at + STRUCTURE_HEADER <= end) {
    const type = raw.readUInt8(at);
    const length = raw.readUInt8(at + 1);
    if (length < STRUCTURE_HEADER || at + length > end || type === END_OF_TABLE) return undefined;
    if (type === SYSTEM_INFORMATION && length >= UUID_OFFSET + UUID_BYTES) {
      const uuid = uuidOf(raw.subarray(at + UUID_OFFSET, at + UUID_OFFSET + UUID_BYTES));
      if (uuid !== undefined) return uuid;
    }
    at = afterStrings(raw, at + length, end);
  }
  return undefined;
}

/** Behind the formatted part come texts, each with its end, and one more zero; without texts two zeros. */
function afterStrings(raw: Buffer, from: number, end: number): number {
  for (let at = from; at + 1 < end; at += 1) {
    if (raw[at] === 0 && raw[at + 1] === 0) return at + 2;
  }
  return end;
}

function uuidOf(bytes: Buffer): string | undefined {
  const mixed = Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ]).toString('hex');
  return uuidHint(mixed.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}
