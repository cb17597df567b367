import { type MaintenanceWindow, nextOpening } from '@fleetmend/domain';
import { minuteWords, minutesWords } from './plan-words';
import { MACHINE_TIME, presetOf } from './rollout/window-presets';

/** A window in words: "Every night 22:00–05:00, Europe/Berlin". */
export function windowWords(window: MaintenanceWindow): string {
  const hours = presetOf(window) ?? `“${window.cron}” for ${minutesWords(window.durationMinutes)}`;
  const zone =
    window.timeZone === MACHINE_TIME
      ? "each machine's own time"
      : window.timeZone.replaceAll('_', ' ');
  return `${hours}, ${zone}`;
}

/** When it opens next; null when that can't be said. By the machine's own time it is told in this browser's. */
export function openingWords(window: MaintenanceWindow, zone: string, now: number): string | null {
  const at = nextOpening([window], zone, new Date(now));
  if (at === null) return null;
  const words = minuteWords(at.toISOString());
  return window.timeZone === MACHINE_TIME
    ? `Opens next ${words} on machines in your time zone.`
    : `Opens next ${words}, by your clock.`;
}
