import fc from 'fast-check';
import {
  errorCodeSpellings,
  fromWin32,
  isCanonicalErrorCode,
  normaliseErrorCode,
  parseErrorCodes,
  win32Of,
} from './error-code';

const anyCode = fc
  .nat({ max: 0xffff_ffff })
  .map((value) => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`);

describe('normaliseErrorCode', () => {
  it.each([
    ['0x80070002', '0x80070002'],
    ['80070002', '0x80070002'],
    ['0X80070002', '0x80070002'],
    ['0x8024402f', '0x8024402F'],
    ['-2147024894', '0x80070002'],
    ['2147942402', '0x80070002'],
    ['2149842967', '0x80240017'],
    ['240005', '0x00240005'],
    ['0', '0x00000000'],
    ['0x2', '0x00000002'],
    ['  80242015\r', '0x80242015'],
    ['99999999', '0x99999999'],
    ['100000000', '0x05F5E100'],
    ['4294967295', '0xFFFFFFFF'],
    ['-1', '0xFFFFFFFF'],
    ['-2147483648', '0x80000000'],
  ])('reads %j as %s', (text, code) => {
    expect(normaliseErrorCode(text)).toBe(code);
  });

  it.each([
    [-2147024894, '0x80070002'],
    [2147942402, '0x80070002'],
    [0x240005, '0x00240005'],
    [0, '0x00000000'],
    [-0, '0x00000000'],
  ])('reads the number %d as %s', (value, code) => {
    expect(normaliseErrorCode(value)).toBe(code);
  });

  it.each([
    '',
    ' ',
    '0x',
    '-',
    '0x800700020',
    '0x8007000G',
    '4294967296',
    '-2147483649',
    '12345678901',
    '1.5',
    '80070002h',
    '0x-1',
    'Infinity',
  ])('refuses %j', (text) => {
    expect(normaliseErrorCode(text)).toBeUndefined();
  });

  it.each([NaN, Infinity, 1.5, 2 ** 32, -(2 ** 31) - 1])('refuses the number %d', (value) => {
    expect(normaliseErrorCode(value)).toBeUndefined();
  });

  it('reads every spelling of every code, and its own answer again', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(isCanonicalErrorCode(code)).toBe(true);
        const spellings = errorCodeSpellings(code);
        expect(spellings[0]).toBe(code);
        for (const spelling of spellings) expect(normaliseErrorCode(spelling)).toBe(code);
      }),
    );
  });

  it('answers canonically or not at all, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double()), (input) => {
        const code = normaliseErrorCode(input);
        expect(code === undefined || isCanonicalErrorCode(code)).toBe(true);
      }),
    );
  });
});

describe('fromWin32', () => {
  it.each([
    [2, '0x80070002'],
    [32, '0x80070020'],
    [0, '0x00000000'],
    [65536, undefined],
    [-2, undefined],
    [1.5, undefined],
  ])('%d becomes %s', (error, code) => {
    expect(fromWin32(error)).toBe(code);
  });

  it('is undone by win32Of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), (error) => {
        expect(win32Of(fromWin32(error)!)).toBe(error);
      }),
    );
    expect(win32Of('0x80240017')).toBeUndefined();
  });
});

describe('parseErrorCodes', () => {
  it.each([
    ['0xC1900101 - 0x4000D', { code: '0xC1900101', extendedCode: '0x0004000D' }],
    ['0xC1900101-0x20017', { code: '0xC1900101', extendedCode: '0x00020017' }],
    ['0x80070003 – 0x20007', { code: '0x80070003', extendedCode: '0x00020007' }],
    ['0xc1900101, 0x30018', { code: '0xC1900101', extendedCode: '0x00030018' }],
    ['-2147024894 - 0x20007', { code: '0x80070002', extendedCode: '0x00020007' }],
    ['80070002', { code: '0x80070002' }],
    ['-2147024894', { code: '0x80070002' }],
  ])('reads %j', (text, codes) => {
    expect(parseErrorCodes(text)).toEqual(codes);
  });

  it.each(['', '0xC1900101 -', '- 0x4000D', '0xC1900101 - 0x4000D - 0x1', 'x - x'])(
    'refuses %j',
    (text) => {
      expect(parseErrorCodes(text)).toBeUndefined();
    },
  );

  it('reads back what it is made of', () => {
    fc.assert(
      fc.property(anyCode, anyCode, (code, extendedCode) => {
        expect(parseErrorCodes(`${code} - ${extendedCode}`)).toEqual({ code, extendedCode });
      }),
    );
  });
});
