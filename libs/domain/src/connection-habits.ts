/** Hours of a week; hour 0 is Monday, 00:00 UTC. */
export const HOURS_OF_WEEK = 168;
const HOUR_MS = 3_600_000;
/** 1970-01-05 was a Monday. */
const A_MONDAY = Date.UTC(1970, 0, 5);

/**
 * How often machines were connected at some time of each hour of the week, of how many looks. Of one machine, or the sums
 * of many. Looks fade: they are weights and need not be whole.
 */
export interface ConnectionHabits {
  readonly looks: readonly number[];
  readonly connected: readonly number[];
}

/** When work may begin: whether a maintenance window is open at some time of the hour that begins then. */
export type OpenHours = (hour: Date) => boolean;
export const ALWAYS_OPEN: OpenHours = () => true;

/** What is assumed of a machine of which nothing is known. */
const UNKNOWN = 0.5;
/** How much weight, in looks, a guess has beside what was seen. */
const GUESS = 1;

/** The hour of the week, 0 to 167, that `at` is in. */
export function hourOfWeek(at: Date): number {
  const hours = Math.floor((at.getTime() - A_MONDAY) / HOUR_MS);
  return ((hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

/** How probable it is that a machine is connected at some time of the hour that `at` is in: above 0 and below 1. */
export function connectionProbability(habits: ConnectionHabits, at: Date): number {
  const overall = mix(total(habits.connected), total(habits.looks), UNKNOWN);
  const hour = hourOfWeek(at);
  return mix(habits.connected[hour] ?? 0, habits.looks[hour] ?? 0, overall);
}

function mix(connected: number, looks: number, guess: number): number {
  const seen = Math.max(0, looks);
  return (Math.min(Math.max(0, connected), seen) + guess * GUESS) / (seen + GUESS);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.max(0, value), 0);
}

/** So far it is looked ahead: what doesn't happen in eight weeks isn't worth a plan. */
const HORIZON_HOURS = 8 * HOURS_OF_WEEK;

/**
 * The hours that one waits on average, from `from` on, until a machine with these habits is connected while work may
 * begin. Null when that is not to be expected within eight weeks, as when no window opens. Hours are taken as independent
 * of each other; a machine that is away for a holiday is away for longer than this says.
 */
export function expectedHours(
  habits: ConnectionHabits,
  isOpen: OpenHours,
  from: Date,
): number | null {
  let waiting = 1;
  let hours = 0;
  for (let ahead = 0; ahead < HORIZON_HOURS; ahead += 1) {
    const at = new Date(from.getTime() + ahead * HOUR_MS);
    if (isOpen(at)) waiting *= 1 - connectionProbability(habits, at);
    if (waiting < 1e-6) break;
    hours += waiting;
  }
  return waiting > 0.5 ? null : hours;
}
