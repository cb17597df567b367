import { errorCodeSchema } from '@fleetmend/dashboard-api';
import { ErrorCodesService } from './error-codes.service';

describe('error codes', () => {
  const errorCodes = new ErrorCodesService();

  it.each(['0x80070002', '80070002', '0X80070002', '-2147024894', '2147942402'])(
    'knows %s',
    (spelling) => {
      expect(errorCodeSchema.parse(errorCodes.find(spelling))).toMatchObject({
        ...{
          code: '0x80070002',
          symbol: 'ERROR_FILE_NOT_FOUND',
          remedy: 'reset-software-distribution',
        },
      });
    },
  );

  it('says of a code that nobody knows that nothing is known', () => {
    expect(errorCodes.find('0x8ABCDEF0')).toEqual({
      ...{ code: '0x8ABCDEF0', symbol: null, message: null, family: null, remedy: null },
    });
  });

  it('refuses what is no code', () => {
    expect(() => errorCodes.find('kb5034441')).toThrow(
      expect.objectContaining({ code: 'not-found' }) as Error,
    );
  });
});
