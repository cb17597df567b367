import { jest } from '@jest/globals';
import { timeZone } from './time-zone';

describe('the time zone', () => {
  const says = (zone: string) =>
    jest
      .spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions')
      .mockReturnValue({ timeZone: zone } as Intl.ResolvedDateTimeFormatOptions);
  afterEach(() => jest.restoreAllMocks());

  it.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'UTC'])(
    'is what Windows says: %s',
    (zone) => {
      says(zone);
      expect(timeZone()).toBe(zone);
    },
  );

  it.each(['Etc/Unknown', '', '+01:00', 'W. Europe Standard Time'])(
    'is not told when it is none: %s',
    (zone) => {
      says(zone);
      expect(timeZone()).toBeUndefined();
    },
  );
});
