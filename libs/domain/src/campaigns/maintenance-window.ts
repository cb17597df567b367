import { Cron } from 'croner';
import type { MaintenanceWindow } from './campaign-plan';
import type { RuleProblem } from './rule-problem';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LONGEST_MINUTES = 7 * 24 * 60;

/** The end of what is always open: a date that every database and every program can hold. */
export const OPEN_FOR_EVER = new Date('9999-12-31T00:00:00Z');

/** Of `MaintenanceWindow.timeZone`: the local time of each machine. */
const MACHINE_ZONE = 'machine';

/**
 * Until when work may go on without a break, or null when it may not begin now. Without windows it may at any time, until
 * {@link OPEN_FOR_EVER}. Windows that overlap or touch are one. What is more than a day ahead is not joined any more: then
 * `until` is a moment until which it is surely open.
 *
 * `zone` is the IANA name of the machine's own time zone, for windows in local time. When it is not known, or is no zone,
 * such a window is closed: nobody wants a machine restarted at noon because its zone was guessed.
 *
 * A window lasts its minutes in elapsed time, whatever clocks do meanwhile. A time of day that is skipped when they go
 * forward opens as soon as they have; one that comes twice opens the first time only. Times with a wildcard or step in
 * hour or minute (`0 * * * *`) follow the clock instead: what is skipped does not open, and what comes twice opens twice.
 */
export function openWindow(
  windows: readonly MaintenanceWindow[],
  zone: string | undefined,
  now: Date,
): { readonly until: Date } | null {
  if (windows.length === 0) return { until: OPEN_FOR_EVER };
  const usable = schedules(windows, zone);
  const far = now.getTime() + DAY;
  let until = now.getTime();
  let before = -Infinity;
  while (before < until && until < far) {
    before = until;
    for (const { cron, minutes } of usable) {
      // The last opening up to then; the search looks at what is before, so a millisecond later.
      const [opened] = cron.previousRuns(1, new Date(until + 1));
      if (opened) until = Math.max(until, opened.getTime() + minutes * MINUTE);
    }
  }
  return until > now.getTime() ? { until: new Date(until) } : null;
}

/** When one of the windows opens next, after now; null without windows, or when none ever does. See {@link openWindow}. */
export function nextOpening(
  windows: readonly MaintenanceWindow[],
  zone: string | undefined,
  now: Date,
): Date | null {
  const openings = schedules(windows, zone)
    .map(({ cron }) => cron.nextRun(now)?.getTime())
    .filter((time) => time !== undefined);
  return openings.length > 0 ? new Date(Math.min(...openings)) : null;
}

/** All that is wrong with a window. */
export function windowProblems(window: MaintenanceWindow): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const { durationMinutes, timeZone } = window;
  if (!(durationMinutes >= 1 && durationMinutes <= LONGEST_MINUTES)) {
    problems.push({ path: 'durationMinutes', message: 'must be from 1 minute to 7 days' });
  } else if (!Number.isInteger(durationMinutes)) {
    problems.push({ path: 'durationMinutes', message: 'must be whole minutes' });
  }
  if (timeZone !== MACHINE_ZONE && !isZone(timeZone)) {
    problems.push({
      path: 'timeZone',
      message: `"${timeZone}" is no time zone like Europe/Berlin`,
    });
  }
  const cron = schedule(window.cron, 'UTC');
  if (cron === null) {
    const message = 'must be five fields: minute, hour, day, month, weekday, like "0 22 * * 1-5"';
    problems.push({ path: 'cron', message });
  } else if (cron.nextRun(EPOCH) === null) {
    problems.push({ path: 'cron', message: 'never comes: there is no such day' });
  }
  return problems;
}

/** Calendars repeat, so any moment will do to see whether a time ever comes. */
const EPOCH = new Date(0);

function schedules(windows: readonly MaintenanceWindow[], machineZone: string | undefined) {
  return windows.flatMap((window) => {
    const zone = window.timeZone === MACHINE_ZONE ? machineZone : window.timeZone;
    const cron = zone === undefined ? null : remembered(window.cron, zone);
    return cron === null ? [] : [{ cron, minutes: window.durationMinutes }];
  });
}

/** Schedules that were read before: a campaign asks for the same few again and again, for each of its machines. */
const known = new Map<string, Cron | null>();
const MOST_KNOWN = 1000;

function remembered(pattern: string, zone: string): Cron | null {
  const key = `${zone} ${pattern}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const read = isZone(zone) ? schedule(pattern, zone) : null;
  known.set(key, read);
  return read;
}

/** Null when it is no schedule of five fields. */
function schedule(pattern: string, timezone: string): Cron | null {
  // Nicknames such as @daily are no five fields.
  if (pattern.trim().split(/\s+/).length !== 5) return null;
  try {
    return new Cron(pattern, {
      ...{ timezone, paused: true, mode: '5-part' },
      // Lists and ranges of hours are times of day, as single ones are.
      fixedTimeRule: 'no-wildcard',
    });
  } catch {
    return null;
  }
}

function isZone(name: string): boolean {
  // Offsets have no summer time, and are no names.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
