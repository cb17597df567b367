import * as fc from 'fast-check';
import { smbiosUuid } from './smbios';

/** A structure as firmware writes it: header, formatted part, texts. */
function structure(type: number, formatted: Buffer, ...texts: readonly string[]): Buffer {
  const header = Buffer.from([type, 4 + formatted.length, type, 0]);
  const strings = texts.length === 0 ? '\0\0' : `${texts.map((text) => `${text}\0`).join('')}\0`;
  return Buffer.concat([header, formatted, Buffer.from(strings, 'latin1')]);
}

/** RawSMBIOSData of SMBIOS 3.2. */
function raw(...structures: readonly Buffer[]): Buffer {
  const table = Buffer.concat(structures);
  const header = Buffer.from([0, 3, 2, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(table.length, 4);
  return Buffer.concat([header, table]);
}

/** The formatted part of type 1: four numbers of texts, UUID, wake-up type, SKU, family. */
const system = (uuid: string) =>
  Buffer.concat([Buffer.from([1, 2, 0, 3]), Buffer.from(uuid, 'hex'), Buffer.from([6, 0, 0])]);

const BYTES = '33221100554477668899aabbccddeeff';
const bios = structure(0, Buffer.alloc(20), 'Maker', '1.0');
const end = structure(127, Buffer.alloc(0));

describe('the UUID of the SMBIOS table', () => {
  it('is found behind other structures, in the byte order of Windows', () => {
    const table = raw(bios, structure(1, system(BYTES), 'Maker', 'Model', 'Serial'), end);
    expect(smbiosUuid(table)).toBe('00112233-4455-6677-8899-aabbccddeeff');
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['only a header', raw()],
    ['no type 1', raw(bios, end)],
    ['a type 1 of SMBIOS 2.0, without UUID', raw(structure(1, Buffer.from([1, 2, 0, 3])), end)],
    ['zeros', raw(structure(1, system('00'.repeat(16))), end)],
    ['ones', raw(structure(1, system('ff'.repeat(16))), end)],
    ['a fill-in', raw(structure(1, system('00020003000400050006000700080009')), end)],
    ['a type 1 behind the end', raw(end, structure(1, system(BYTES)))],
    ['a structure that is too short to be one', Buffer.concat([raw(), Buffer.from([1, 0, 0, 0])])],
  ])('is absent where there is %s', (_, table) => {
    expect(smbiosUuid(table)).toBeUndefined();
  });

  it('is never read from behind the table’s length', () => {
    const whole = raw(structure(1, system(BYTES)), end);
    for (let length = 0; length < whole.length; length += 1) {
      const cut = Buffer.from(whole.subarray(0, length));
      expect([undefined, '00112233-4455-6677-8899-aabbccddeeff']).toContain(smbiosUuid(cut));
    }
    const lying = Buffer.from(whole);
    lying.writeUInt32LE(10, 4);
    expect(smbiosUuid(lying)).toBeUndefined();
  });

  it('takes any bytes without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        smbiosUuid(Buffer.from(bytes));
        smbiosUuid(raw(Buffer.from(bytes)));
      }),
    );
  });
});
