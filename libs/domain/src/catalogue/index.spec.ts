import fc from 'fast-check';
import { ERROR_FAMILIES, REMEDY_HINTS } from '../error-codes/entry';
import { errorCodeSpellings, isCanonicalErrorCode } from '../error-codes/error-code';
import { ERROR_CODES, lookUpErrorCode, searchErrorCodes } from './index';

describe('the catalogue', () => {
  it('holds each code once, in canonical form and in order, with known words only', () => {
    const codes = ERROR_CODES.map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(1600);
    expect(codes).toEqual([...new Set(codes)].sort());
    const faults = ERROR_CODES.filter(
      ({ code, family, remedy, confidence, message }) =>
        !isCanonicalErrorCode(code) ||
        !ERROR_FAMILIES.includes(family) ||
        !REMEDY_HINTS.includes(remedy) ||
        !(confidence >= 0 && confidence <= 1) ||
        message === '',
    );
    expect(faults).toEqual([]);
  });

  it('finds a code in all its spellings', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ERROR_CODES), (entry) => {
        for (const spelling of errorCodeSpellings(entry.code)) {
          expect(lookUpErrorCode(spelling)).toBe(entry);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each(['0x12345678', 'no code'])('knows nothing of %s', (code) => {
    expect(lookUpErrorCode(code)).toBeUndefined();
  });
});

describe('searchErrorCodes', () => {
  it.each(['0x80070002', '80070002', '-2147024894', '2147942402', 'ERROR_FILE_NOT_FOUND'])(
    '%s comes first',
    (text) => {
      expect(searchErrorCodes(text)[0]?.code).toBe('0x80070002');
    },
  );

  it('completes the beginning of a code', () => {
    const codes = searchErrorCodes('0x8024402').map(({ code }) => code);
    expect(codes).toContain('0x8024402F');
    expect(codes.every((code) => code.startsWith('0x8024402'))).toBe(true);
  });

  it('finds words of the meaning, and every word must occur', () => {
    expect(searchErrorCodes('disk space').map(({ code }) => code)).toContain('0x80070070');
    expect(searchErrorCodes('disk zebra')).toEqual([]);
  });

  it('keeps to its limit, and an empty search finds nothing', () => {
    expect(searchErrorCodes('wu_e', 3)).toHaveLength(3);
    expect(searchErrorCodes('   ')).toEqual([]);
    expect(searchErrorCodes('wu_e', 0)).toEqual([]);
  });
});
