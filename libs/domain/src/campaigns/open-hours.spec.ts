import fc from 'fast-check';
import { nextOpening, openWindow } from './maintenance-window';
import { openHours } from './open-hours';

const at = (time: string) => new Date(`2026-11-23T${time}:00Z`);
const nightly = { cron: '30 22 * * *', durationMinutes: 120, timeZone: 'UTC' };

describe('openHours', () => {
  it.each([
    ['21:00', false],
    ['21:29', false],
    ['21:31', true],
    ['22:00', true],
    ['23:00', true],
    ['00:00', true],
    ['00:30', false],
    ['12:00', false],
  ])('the hour from %s on: %s', (time, open) => {
    expect(openHours([nightly], undefined)(at(time))).toBe(open);
  });

  it('is always open without windows, and never in local time of an unknown zone', () => {
    expect(openHours([], undefined)(at('12:00'))).toBe(true);
    expect(openHours([{ ...nightly, timeZone: 'machine' }], undefined)(at('23:00'))).toBe(false);
  });

  it('answers as the windows themselves do, in whatever order it is asked', () => {
    const window = fc.record({
      cron: fc
        .tuple(fc.nat(59), fc.nat(23), fc.constantFrom('*', '1-5', '6'))
        .map(([minute, hour, days]) => `${minute} ${hour} * * ${days}`),
      durationMinutes: fc.integer({ min: 1, max: 2000 }),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    });
    const hours = fc.array(fc.nat(24 * 200), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 2 }), hours, (windows, asked) => {
        const isOpen = openHours(windows, undefined);
        for (const half of asked) {
          const hour = new Date(at('00:00').getTime() + half * 1_800_000);
          const opens = nextOpening(windows, undefined, hour)?.getTime() ?? Infinity;
          const open =
            openWindow(windows, undefined, hour) !== null || opens < hour.getTime() + 3_600_000;
          expect(isOpen(hour)).toBe(open);
        }
      }),
      { numRuns: 50 },
    );
  });
});
