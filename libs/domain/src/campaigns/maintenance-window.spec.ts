import fc from 'fast-check';
import type { MaintenanceWindow } from './campaign-plan';
import { nextOpening, OPEN_FOR_EVER, openWindow, windowProblems } from './maintenance-window';

const window = (cron: string, durationMinutes: number, timeZone = 'UTC'): MaintenanceWindow => ({
  ...{ cron, durationMinutes, timeZone },
});
const until = (windows: MaintenanceWindow[], now: string, zone?: string) =>
  openWindow(windows, zone, new Date(now))?.until.toISOString() ?? null;
const next = (windows: MaintenanceWindow[], now: string, zone?: string) =>
  nextOpening(windows, zone, new Date(now))?.toISOString() ?? null;

it('is always open without windows', () => {
  expect(openWindow([], undefined, new Date())?.until).toBe(OPEN_FOR_EVER);
  expect(nextOpening([], undefined, new Date())).toBeNull();
});

/** The openings of a window from `from` on, each with its end; seen through the two functions alone. */
function openings(one: MaintenanceWindow, from: string, count: number, zone?: string): string[] {
  const found: string[] = [];
  let at: Date | null = new Date(from);
  for (let index = 0; index < count; index += 1) {
    at = at && nextOpening([one], zone, at);
    const end = at && openWindow([one], zone, at)?.until;
    const short = (time?: Date | null) => time?.toISOString().slice(5, 16) ?? 'never';
    found.push(`${short(at)} to ${short(end)}`);
  }
  return found;
}

describe('an opening', () => {
  it.each<[string, MaintenanceWindow, string, string[]]>([
    [
      'across midnight',
      window('0 22 * * *', 360, 'Europe/Berlin'),
      '2026-01-10T12:00:00Z',
      ['01-10T21:00 to 01-11T03:00', '01-11T21:00 to 01-12T03:00'],
    ],
    [
      'at 02:30 that does not come in spring (Berlin)',
      window('30 2 * * *', 60, 'Europe/Berlin'),
      '2026-03-28T12:00:00Z',
      ['03-29T01:00 to 03-29T02:00', '03-30T00:30 to 03-30T01:30'],
    ],
    [
      'at 02:30 that comes twice in autumn (Berlin): once, by elapsed time',
      window('30 2 * * *', 120, 'Europe/Berlin'),
      '2026-10-24T12:00:00Z',
      ['10-25T00:30 to 10-25T02:30', '10-26T01:30 to 10-26T03:30'],
    ],
    [
      'across the change in spring (Berlin): by elapsed time',
      window('0 1 * * *', 120, 'Europe/Berlin'),
      '2026-03-28T12:00:00Z',
      ['03-29T00:00 to 03-29T02:00', '03-29T23:00 to 03-30T01:00'],
    ],
    [
      'at 02:30 that does not come in spring (New York)',
      window('30 2 * * *', 60, 'America/New_York'),
      '2026-03-07T12:00:00Z',
      ['03-08T07:00 to 03-08T08:00', '03-09T06:30 to 03-09T07:30'],
    ],
    [
      'at 01:30 that comes twice in autumn (New York)',
      window('30 1 * * *', 120, 'America/New_York'),
      '2026-10-31T12:00:00Z',
      ['11-01T05:30 to 11-01T07:30', '11-02T06:30 to 11-02T08:30'],
    ],
    [
      'in a list of hours of which one does not come',
      window('30 2,14 * * *', 60, 'Europe/Berlin'),
      '2026-03-28T20:00:00Z',
      ['03-29T01:00 to 03-29T02:00', '03-29T12:30 to 03-29T13:30'],
    ],
    [
      'with a step, in the hour that comes twice: twice',
      window('*/30 2 * * *', 10, 'Europe/Berlin'),
      '2026-10-24T12:00:00Z',
      [
        '10-25T00:00 to 10-25T00:10',
        '10-25T00:30 to 10-25T00:40',
        '10-25T01:00 to 10-25T01:10',
        '10-25T01:30 to 10-25T01:40',
        '10-26T01:00 to 10-26T01:10',
      ],
    ],
    [
      'in the half hour that does not come (Lord Howe)',
      window('15 2 * * *', 30, 'Australia/Lord_Howe'),
      '2026-10-03T00:00:00Z',
      ['10-03T15:30 to 10-03T16:00', '10-04T15:15 to 10-04T15:45'],
    ],
    [
      'in the half hour that comes twice (Lord Howe)',
      window('45 1 * * *', 90, 'Australia/Lord_Howe'),
      '2026-04-04T00:00:00Z',
      ['04-04T14:45 to 04-04T16:15', '04-05T15:15 to 04-05T16:45'],
    ],
    [
      'on the leap day alone',
      window('0 22 29 2 *', 240),
      '2026-01-01T00:00:00Z',
      ['02-29T22:00 to 03-01T02:00'],
    ],
    [
      'on the second Tuesday of the month',
      window('0 20 * * TUE#2', 60),
      '2026-01-01T00:00:00Z',
      ['01-13T20:00 to 01-13T21:00', '02-10T20:00 to 02-10T21:00'],
    ],
  ])('%s', (_, one, from, expected) => {
    expect(openings(one, from, expected.length)).toEqual(expected);
  });
});

it('holds from its first millisecond to before its last', () => {
  const night = [window('0 22 * * *', 60)];
  expect(until(night, '2026-01-10T21:59:59.999Z')).toBeNull();
  expect(until(night, '2026-01-10T22:00:00.000Z')).toBe('2026-01-10T23:00:00.000Z');
  expect(until(night, '2026-01-10T22:59:59.999Z')).toBe('2026-01-10T23:00:00.000Z');
  expect(until(night, '2026-01-10T23:00:00.000Z')).toBeNull();
  expect(next(night, '2026-01-10T22:00:00.000Z')).toBe('2026-01-11T22:00:00.000Z');
});

it('joins windows that overlap or touch, in whatever order and zone', () => {
  const parts = [
    window('0 1 * * *', 60),
    window('0 0 * * *', 60, 'Europe/Berlin'),
    window('30 23 * * *', 90),
  ];
  for (const windows of [parts, [...parts].reverse()]) {
    expect(until(windows, '2026-01-10T23:10:00Z')).toBe('2026-01-11T02:00:00.000Z');
    expect(until(windows, '2026-01-11T02:00:00Z')).toBeNull();
    expect(next(windows, '2026-01-11T02:00:00Z')).toBe('2026-01-11T23:00:00.000Z');
  }
});

it('looks a day ahead where windows never end', () => {
  const always = [window('* * * * *', 5)];
  const now = new Date('2026-01-10T12:00:30Z');
  const end = openWindow(always, undefined, now)?.until.getTime() ?? 0;
  expect(end).toBeGreaterThanOrEqual(now.getTime() + 24 * 3_600_000);
  expect(end).toBeLessThanOrEqual(now.getTime() + 25 * 3_600_000);
});

describe('a window in the local time of each machine', () => {
  const local = [window('0 22 * * *', 60, 'machine')];

  it('opens by the zone of the machine', () => {
    expect(until(local, '2026-01-10T21:30:00Z', 'Europe/Berlin')).toBe('2026-01-10T22:00:00.000Z');
    expect(until(local, '2026-01-10T21:30:00Z', 'America/New_York')).toBeNull();
    expect(next(local, '2026-01-10T21:30:00Z', 'America/New_York')).toBe(
      '2026-01-11T03:00:00.000Z',
    );
  });

  it.each([undefined, '', 'W. Europe Standard Time', '+01:00', 'machine'])(
    'stays closed while the zone is %j',
    (zone) => {
      expect(until(local, '2026-01-10T22:30:00Z', zone)).toBeNull();
      expect(next(local, '2026-01-10T22:30:00Z', zone)).toBeNull();
      const besides = [...local, window('0 20 * * *', 240)];
      expect(until(besides, '2026-01-10T22:30:00Z', zone)).toBe('2026-01-11T00:00:00.000Z');
    },
  );
});

it('opens nothing by a rule that is broken', () => {
  for (const broken of [window('61 * * * *', 60), window('* * * * *', 60, 'Mars/Olympus')]) {
    expect(until([broken], '2026-01-10T22:30:00Z')).toBeNull();
    expect(next([broken], '2026-01-10T22:30:00Z')).toBeNull();
  }
});

describe('what is wrong with a window', () => {
  it.each([
    window('0 22 * * 1-5', 240, 'Europe/Berlin'),
    window('0 22 * * *', 1, 'machine'),
    window('0 22 29 2 *', 7 * 24 * 60),
    window('0 20 * * TUE#2', 60),
    window('0 20 L * *', 60),
  ])('nothing: %j', (one) => {
    expect(windowProblems(one)).toEqual([]);
  });

  it.each<[string, MaintenanceWindow, string]>([
    ['no such minute', window('61 * * * *', 60), 'cron'],
    ['four fields', window('0 22 * *', 60), 'cron'],
    ['six fields', window('0 0 22 * * *', 60), 'cron'],
    ['a nickname', window('@midnight', 60), 'cron'],
    ['words', window('every night at ten o’clock', 60), 'cron'],
    ['nothing', window('', 60), 'cron'],
    ['the 30th of February', window('0 22 30 2 *', 60), 'cron'],
    ['the 31st of short months', window('0 22 31 4,6,9,11 *', 60), 'cron'],
    ['an unknown zone', window('0 22 * * *', 60, 'Mars/Olympus'), 'timeZone'],
    ['no zone', window('0 22 * * *', 60, ''), 'timeZone'],
    ['an offset', window('0 22 * * *', 60, '+01:00'), 'timeZone'],
    ['a zone as Windows says it', window('0 22 * * *', 60, 'W. Europe Standard Time'), 'timeZone'],
    ['no time at all', window('0 22 * * *', 0), 'durationMinutes'],
    ['negative time', window('0 22 * * *', -5), 'durationMinutes'],
    ['no number', window('0 22 * * *', NaN), 'durationMinutes'],
    ['half a minute', window('0 22 * * *', 1.5), 'durationMinutes'],
    ['more than a week', window('0 22 * * *', 7 * 24 * 60 + 1), 'durationMinutes'],
  ])('%s', (_, one, path) => {
    expect(windowProblems(one).map((problem) => problem.path)).toEqual([path]);
  });

  it('tells everything at once', () => {
    const paths = windowProblems(window('x', NaN, 'x')).map(({ path }) => path);
    expect(paths.sort()).toEqual(['cron', 'durationMinutes', 'timeZone']);
  });
});

describe('minute by minute', () => {
  interface Plain {
    readonly minute: number;
    readonly hours: readonly number[];
    readonly weekdays: readonly number[];
    readonly duration: number;
    readonly zone: string;
  }
  const plain: fc.Arbitrary<Plain> = fc.record({
    minute: fc.nat(59),
    // Hours that come once on every day, in all zones below.
    hours: fc.uniqueArray(fc.constantFrom(0, 5, 6, 12, 17, 22, 23), { minLength: 1 }),
    weekdays: fc.uniqueArray(fc.nat(6), { minLength: 1 }),
    duration: fc.integer({ min: 5, max: 1000 }),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
  });
  const asWindow = ({ minute, hours, weekdays, duration, zone }: Plain) =>
    window(`${minute} ${hours.join(',')} * * ${weekdays.join(',')}`, duration, zone);
  const STEP = 60_000;
  const DAYS = 3;
  const LOOK_BACK = 1000;

  /** For each minute from `from` on whether it is open: found without cron, by the clock on the wall. */
  function openMinutes(windows: readonly Plain[], from: number): boolean[] {
    const total = DAYS * 24 * 60;
    const open = Array.from({ length: total }, () => false);
    for (const { minute, hours, weekdays, duration, zone } of windows) {
      const wall = new Intl.DateTimeFormat('en-GB', {
        ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit' },
      });
      for (let index = -LOOK_BACK; index < total; index += 1) {
        const [day = '', time = ''] = wall.format(from + index * STEP).split(' ');
        const [hour, at] = time.split(':').map(Number);
        const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(day);
        if (at !== minute || !hours.includes(hour ?? -1) || !weekdays.includes(weekday)) continue;
        open.fill(true, Math.max(0, index), Math.max(0, index + duration));
      }
    }
    return open.slice(0, total);
  }

  it('agrees with the clock on the wall, also over days on which it changes', () => {
    const starts = fc.constantFrom(
      '2026-03-27',
      '2026-10-23',
      '2026-03-06',
      '2026-10-30',
      '2026-12-30',
    );
    fc.assert(
      fc.property(
        fc.array(plain, { minLength: 1, maxLength: 3 }),
        starts,
        fc.nat(58),
        (windows, start, odd) => {
          const from = Date.parse(`${start}T00:00:00Z`);
          const open = openMinutes(windows, from);
          const rules = windows.map(asWindow);
          // Every 59th minute: all minutes of the hour come up, and few enough are asked.
          for (let index = odd; index < open.length; index += 59) {
            const now = new Date(from + index * STEP);
            const found = openWindow(rules, undefined, now);
            expect(found !== null).toBe(open[index]);
            const closes = open.indexOf(false, index);
            const end = from + closes * STEP;
            if (found && closes > 0 && end - now.getTime() < 86_400_000) {
              expect(found.until.getTime()).toBe(end);
            }
            const opens = open.indexOf(true, index);
            const opening = nextOpening(rules, undefined, now)?.getTime();
            if (!found && opens > 0) expect(opening).toBe(from + opens * STEP);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
