import { connectionProbability, type ConnectionHabits, type OpenHours } from './connection-habits';

/** What the length of a campaign depends on. */
export interface DurationFacts {
  /** Each wave in order: its machines, and how many of them must be decided at least. */
  readonly waves: readonly { readonly machines: number; readonly minimumDecided: number }[];
  /** Runs at once. */
  readonly concurrency: number;
  /** Of all targets together. */
  readonly habits: ConnectionHabits;
  readonly isOpen: OpenHours;
  /** When the first wave may start. */
  readonly from: Date;
  /** How long a run takes, from its order to its verdict. */
  readonly runMinutes: number;
  readonly soakHours: number;
  readonly maximumWaitHours: number;
}

export interface CampaignDuration {
  readonly likelyHours: number;
  readonly atWorstHours: number;
  /** For people. */
  readonly explanation: string;
}

const HOUR_MS = 3_600_000;
/** A year: what takes longer isn't planned. */
const HORIZON_HOURS = 365 * 24;

/**
 * How long a campaign takes if every wave passes its gate. Likely: in each hour in which a window is open, so many of the
 * machines that still wait begin as habits say that are connected and as there is room for; a wave is judged when all are
 * done, or its maximum wait is over, and after its soak time. At worst: every wave waits to its maximum. Null when no
 * window opens, or it would take longer than a year.
 */
export function campaignDuration(facts: DurationFacts): CampaignDuration | null {
  let likely = 0;
  let atWorst = 0;
  let timedOut = false;
  const undecided: number[] = [];
  for (const [index, { machines, minimumDecided }] of facts.waves.entries()) {
    const opens = nextOpen(facts, likely);
    const opensAtWorst = nextOpen(facts, atWorst);
    if (opens === null || opensAtWorst === null) return null;
    const wave = playWave(facts, machines, opens);
    if (wave.left >= 0.5) timedOut = true;
    if (Math.round(machines - wave.left) < minimumDecided) undecided.push(index + 1);
    likely = opens + wave.hours + facts.soakHours;
    atWorst = opensAtWorst + facts.maximumWaitHours + facts.soakHours;
    if (atWorst > HORIZON_HOURS) return null;
  }
  return {
    likelyHours: likely,
    atWorstHours: atWorst,
    explanation: explain(facts, timedOut, undecided),
  };
}

function explain(
  { waves, soakHours, maximumWaitHours, runMinutes }: DurationFacts,
  timedOut: boolean,
  undecided: readonly number[],
): string {
  const parts = [
    `${waves.length} ${waves.length === 1 ? 'wave' : 'waves'}, each with ${hoursWord(soakHours)} to soak; a run takes ${minutesWord(runMinutes)}; machines connect as in the past weeks; every wave passes its gate.`,
    `At worst each wave waits its maximum of ${hoursWord(maximumWaitHours)}.`,
  ];
  if (timedOut) parts.push('Some machines connect so rarely that this is likely.');
  if (undecided.length > 0) {
    parts.push(
      `${undecided.length === 1 ? 'Wave' : 'Waves'} ${undecided.join(', ')} may stay inconclusive: too few machines are expected to connect in that time.`,
    );
  }
  return parts.join(' ');
}

/** The first hour from `after` on (hours from the start) in which a window is open. */
function nextOpen({ isOpen, from }: DurationFacts, after: number): number | null {
  for (let hour = after; hour < HORIZON_HOURS; hour = Math.floor(hour) + 1) {
    if (isOpen(new Date(from.getTime() + hour * HOUR_MS))) return hour;
  }
  return null;
}

/** One wave from its start on: hours until its last run has ended, and the machines that the maximum wait leaves over. */
function playWave(
  facts: DurationFacts,
  machines: number,
  startsAt: number,
): { readonly hours: number; readonly left: number } {
  const { maximumWaitHours } = facts;
  const runHours = facts.runMinutes / 60;
  /** So many begin in an hour while so many run at once. */
  const room = Math.max(1, facts.concurrency) / Math.max(runHours, 1 / 60);
  let left = machines;
  for (let hour = 0; hour < maximumWaitHours; hour += 1) {
    const at = new Date(facts.from.getTime() + (startsAt + hour) * HOUR_MS);
    if (!facts.isOpen(at)) continue;
    const begin = Math.min(left * connectionProbability(facts.habits, at), room);
    left -= begin;
    // These are expectations, not machines: less than half a one is none.
    if (left < 0.5) {
      return { hours: Math.min(hour + Math.max(begin / room, runHours), maximumWaitHours), left };
    }
  }
  return { hours: maximumWaitHours, left };
}

function hoursWord(hours: number): string {
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return `${Math.round(hours * 10) / 10} ${hours === 1 ? 'hour' : 'hours'}`;
}

function minutesWord(minutes: number): string {
  const whole = Math.max(1, Math.round(minutes));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
}
