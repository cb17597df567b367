import { Random } from '../random';
import type { MachineProfile } from './fleet';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When a machine is switched on: always, in office hours, or when its owner has it open. */
export const HABITS = ['always-on', 'office-hours', 'laptop'] as const;
export type Habit = (typeof HABITS)[number];

/** From when until when, in milliseconds since 1970. */
export interface Presence {
  readonly from: number;
  readonly to: number;
}

/** Servers are always on, notebooks go where their people go, and a third of the desktops is never switched off. */
export function habitOf({ version, isNotebook, machineGuid }: MachineProfile): Habit {
  if (version.isServer) return 'always-on';
  if (isNotebook) return 'laptop';
  return new Random(machineGuid).branch('habit').chance(0.35) ? 'always-on' : 'office-hours';
}

/** The presence that goes on at the moment `at`, or the next one. Always the same for the same machine and moment. */
export function presenceAt(profile: MachineProfile, at: number): Presence {
  const habit = habitOf(profile);
  if (habit === 'always-on') return { from: -Infinity, to: Infinity };
  const offset = profile.utcOffsetHours * HOUR;
  // A day that began yesterday may go on.
  for (let day = Math.floor((at + offset) / DAY) - 1; ; day += 1) {
    const presence = presenceOn(profile, habit, day);
    if (presence !== undefined && presence.to - offset > at) {
      return { from: presence.from - offset, to: presence.to - offset };
    }
  }
}

/** Local times of a day, which is counted from 1970. */
function presenceOn(profile: MachineProfile, habit: Habit, day: number): Presence | undefined {
  const random = new Random(`${profile.machineGuid}/day ${day}`);
  // 1 January 1970 was a Thursday.
  const isWeekend = (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
  const begin = day * DAY;
  if (isWeekend) {
    if (habit !== 'laptop' || !random.chance(0.12)) return undefined;
    const from = begin + random.between(9, 20) * HOUR;
    return { from, to: from + random.between(0.5, 3) * HOUR };
  }
  // Holidays, sick days, meetings elsewhere.
  if (random.chance(habit === 'laptop' ? 0.15 : 0.06)) return undefined;
  return {
    from: begin + random.between(6.75, 9.5) * HOUR,
    to: begin + random.between(15.5, 18.5) * HOUR,
  };
}
