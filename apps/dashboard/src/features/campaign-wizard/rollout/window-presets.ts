import type { MaintenanceWindow } from '@fleetmend/domain';

type Hours = Pick<MaintenanceWindow, 'cron' | 'durationMinutes'>;

export const NIGHTS: Hours = { cron: '0 22 * * *', durationMinutes: 7 * 60 };

/** Windows that many want, with what they are called. */
export const WINDOW_PRESETS: readonly { readonly name: string; readonly hours: Hours }[] = [
  { name: 'Every night 22:00–05:00', hours: NIGHTS },
  {
    name: 'Nights before working days 22:00–05:00',
    hours: { cron: '0 22 * * 0-4', durationMinutes: 7 * 60 },
  },
  { name: 'Every day 08:00–18:00', hours: { cron: '0 8 * * *', durationMinutes: 10 * 60 } },
  {
    name: 'Weekends, Friday 20:00 to Monday 05:00',
    hours: { cron: '0 20 * * 5', durationMinutes: 57 * 60 },
  },
  {
    name: 'Lunch on working days 12:00–13:00',
    hours: { cron: '0 12 * * 1-5', durationMinutes: 60 },
  },
];

/** The preset that these hours are, if they are one. */
export function presetOf({ cron, durationMinutes }: Hours): string | null {
  const found = WINDOW_PRESETS.find(
    ({ hours }) => hours.cron === cron.trim() && hours.durationMinutes === durationMinutes,
  );
  return found?.name ?? null;
}

/** For each machine by its own clock. */
export const MACHINE_TIME = 'machine';

/** The time zone of the browser. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The time zones that there are, the browser's own first. */
export function timeZones(): readonly string[] {
  const own = ownTimeZone();
  const all = ['UTC', ...Intl.supportedValuesOf('timeZone')].filter((zone) => zone !== own);
  return [own, ...new Set(all)];
}
