/**
 * Whether a moment is within the window, by the clock on the wall of the machine: only its hour is looked at, never a
 * length of time, so that it is right on the days on which clocks are set. A window without a beginning or an end, or
 * of no length, is always open. `timeZone` is for specs.
 */
export function isInWindow(
  now: Date,
  startHour: number,
  endHour: number,
  timeZone?: string,
): boolean {
  if (startHour < 0 || endHour < 0 || startHour % 24 === endHour % 24) return true;
  const hour = hourOf(now, timeZone);
  return startHour < endHour
    ? hour >= startHour && hour < endHour
    : hour >= startHour || hour < endHour;
}

function hourOf(now: Date, timeZone: string | undefined): number {
  if (timeZone === undefined) return now.getHours();
  const format = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone });
  return Number(format.format(now));
}
