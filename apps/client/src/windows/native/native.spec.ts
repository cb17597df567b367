import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadKoffi, place } from './addon';
import { guid, oleDate } from './com-object';
import { xpath } from './native-event-log';
import { rawOf, registryValue } from './native-registry';
import { systemTime } from './native-system-clock';

const wide = (text: string) => Buffer.from(text, 'utf16le');

describe('values of the registry', () => {
  it.each<[string, number, Buffer, unknown]>([
    ['a number', 4, Buffer.from([4, 3, 2, 1]), 0x01020304],
    ['a number that is cut', 4, Buffer.from([1, 2]), undefined],
    ['text with its end', 1, wide('abc\0'), 'abc'],
    ['text without its end', 1, wide('abc'), 'abc'],
    ['text with bytes behind its end', 2, wide('abc\0rubbish'), 'abc'],
    ['text of an odd length', 1, Buffer.concat([wide('abc'), Buffer.from([7])]), 'abc'],
    ['several texts', 7, wide('one\0two\0\0'), ['one', 'two']],
    ['no texts', 7, wide('\0'), []],
    ['bytes', 3, Buffer.from([1]), undefined],
  ])('reads %s', (_, type, data, expected) => {
    expect(registryValue(type, data)).toEqual(expected);
  });
});

it('what is written into the registry reads as it was given', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
  const content = fc.oneof(
    fc.record({ type: fc.constant('dword' as const), data: fc.nat(0xffffffff) }),
    fc.record({ type: fc.constantFrom('sz' as const, 'expand-sz' as const), data: word }),
    fc.record({ type: fc.constant('multi-sz' as const), data: fc.array(word) }),
  );
  fc.assert(
    fc.property(content, (given) => {
      const { type, data } = rawOf(given);
      expect(registryValue(type, data)).toEqual(given.data);
    }),
  );
});

it('a moment is given to Windows as SYSTEMTIME: eight words, in UTC, Sunday 0', () => {
  const bytes = systemTime(new Date('2026-11-29T23:58:57.123Z'));
  const words = Array.from({ length: 8 }, (_, index) => bytes.readUInt16LE(index * 2));
  expect(bytes).toHaveLength(16);
  expect(words).toEqual([2026, 11, 0, 29, 23, 58, 57, 123]);
});

describe('a question to the event log', () => {
  const provider = 'Microsoft-Windows-WindowsUpdateClient';

  it('is written in its language', () => {
    expect(xpath({ provider, eventIds: [20, 24], afterRecordId: 7n, since: new Date(0) })).toBe(
      `*[System[Provider[@Name='${provider}'] and (EventID=20 or EventID=24) and EventRecordID>7 and ` +
        `TimeCreated[@SystemTime>='1970-01-01T00:00:00.000Z']]]`,
    );
    expect(xpath({ provider, eventIds: [] })).toBe(`*[System[Provider[@Name='${provider}']]]`);
  });

  it('takes no name that would change its meaning', () => {
    expect(() => xpath({ provider: `x' or '1'='1`, eventIds: [] })).toThrow(
      'no name of a provider',
    );
  });
});

it('reads dates and identifiers as COM writes them', () => {
  expect(new Date(oleDate(25_569)).toISOString()).toBe('1970-01-01T00:00:00.000Z');
  expect(new Date(oleDate(45_000.5)).toISOString()).toBe('2023-03-15T12:00:00.000Z');
  expect(guid('00020400-0000-0000-C000-000000000046').toString('hex')).toBe(
    '0004020000000000c000000000000046',
  );
});

describe('the addon', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-addon-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is put in its place once, and again when somebody has changed it', () => {
    const file = join(folder, 'native', 'koffi.node');
    place(file, Buffer.from('code'));
    writeFileSync(file, 'other code');
    place(file, Buffer.from('code'));
    expect(readFileSync(file, 'utf8')).toBe('code');
    expect(readdirSync(join(folder, 'native'))).toEqual(['koffi.node']);
  });

  it('is not put where that is refused', () => {
    writeFileSync(join(folder, 'native'), 'a file where the folder should be');
    expect(() => {
      place(join(folder, 'native', 'koffi.node'), Buffer.from('code'));
    }).toThrow();
    expect(existsSync(join(folder, 'native', 'koffi.node'))).toBe(false);
  });

  (process.platform === 'win32' ? it.skip : it)('is not loaded on other systems', () => {
    expect(() => loadKoffi()).toThrow('works on Windows (x64 or arm64) only');
  });
});
