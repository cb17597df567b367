import fc from 'fast-check';
import { ERROR_CODES } from './catalogue/index';
import { type ExitCodeMeaning, meaningOfExitCode } from './exit-codes';

describe('meaningOfExitCode', () => {
  it.each<[string, number, ExitCodeMeaning]>([
    ['0', 0, 'success'],
    ['the update is there already', 0x00240006, 'success'],
    ['nothing to do', 0x80240024, 'success'],
    ['3010', 3010, 'restart-required'],
    ['3010 as HRESULT', 0x80070bc2, 'restart-required'],
    ['3010 as COM gives it', 0x80070bc2 | 0, 'restart-required'],
    ['3011', 3011, 'restart-required'],
    ['WU_S_REBOOT_REQUIRED', 0x00240005, 'restart-required'],
    ['WU_E_UH_POSTREBOOTSTILLPENDING', 0x80242014, 'restart-required'],
    ['CBS_E_PENDING', 0x800f0806, 'restart-required'],
    ['1641', 1641, 'restart-initiated'],
    ['1641 as HRESULT', 0x80070669, 'restart-initiated'],
    ['1618, another installation', 1618, 'retry-later'],
    ['1618 as HRESULT', 0x80070652, 'retry-later'],
    ['1602, somebody stopped it', 1602, 'retry-later'],
    ['0x800704C7, cancelled', 0x800704c7, 'retry-later'],
    ['WU_E_INSTALL_NOT_ALLOWED', 0x80240016, 'retry-later'],
    ['WU_E_OPERATIONINPROGRESS', 0x80240009, 'retry-later'],
    ['WU_E_SERVICE_STOP', 0x8024001e, 'retry-later'],
    ['CBS_E_BUSY', 0x800f0902, 'retry-later'],
    ['1115, shutting down', 1115, 'retry-later'],
    ['1603, fatal', 1603, 'failure'],
    ['1', 1, 'failure'],
    ['-1', -1, 'failure'],
    ['5, access denied', 5, 'failure'],
    ['0x80070002', 0x80070002, 'failure'],
    ['0x800F081F, no source', 0x800f081f, 'failure'],
    ['3017, rolled back by a restart', 3017, 'failure'],
    ['3010 in another facility', 0x80240bc2, 'failure'],
    ['no whole number', 0.5, 'failure'],
    ['not a number', Number.NaN, 'failure'],
    ['too large', 0x1_0000_0000, 'failure'],
    ['too small', -0x8000_0001, 'failure'],
  ])('of %s', (_, code, meaning) => {
    expect(meaningOfExitCode(code)).toBe(meaning);
  });

  it('is the same for a code and for its spelling as a negative number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x80000000, max: 0xffffffff }), (code) => {
        expect(meaningOfExitCode(code | 0)).toBe(meaningOfExitCode(code));
      }),
    );
  });

  it('takes no code for a success that the catalogue knows as an error', () => {
    const wrong = ERROR_CODES.filter(
      ({ code, symbol }) =>
        /^0x[89C]/.test(code) &&
        !/NO_UPDATE|SUCCESS/.test(symbol) &&
        meaningOfExitCode(Number(code)) === 'success',
    );
    expect(wrong).toEqual([]);
  });
});
