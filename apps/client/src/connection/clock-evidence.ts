import { type Validity } from './route';

/** What is known about the time without anybody's word over the network. */
export interface ClockEvidence {
  /** This machine's clock. */
  readonly now: Date;
  /** Before that there was no such client. */
  readonly builtAt: Date;
  /** The last time that a server that had proved itself has told, in an earlier or this life of the client. */
  readonly lastServerTime: Date | undefined;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;
/** Nobody runs a client for so long without the server once, and few certificates outlive it. */
const TOO_FAR_AHEAD_MS = 10 * YEAR_MS;

/**
 * Whether the clock is certainly wrong, in words: it is earlier than what has already been, or later than can be. Asks
 * nobody: when TLS fails because of the clock, there is nobody left who could be believed.
 */
export function clockFault({ now, builtAt, lastServerTime }: ClockEvidence): string | undefined {
  const [known, why] =
    lastServerTime && lastServerTime > builtAt
      ? [lastServerTime, `the server said ${dayOf(lastServerTime)} when it was last connected`]
      : [builtAt, `this client was built on ${dayOf(builtAt)}`];
  const behindMs = known.getTime() - now.getTime();
  if (behindMs > DAY_MS) return inWords(now, why, behindMs, 'behind');
  if (-behindMs > TOO_FAR_AHEAD_MS) return inWords(now, why, -behindMs, 'ahead');
  return undefined;
}

/** When the clock may be right, but a certificate says otherwise. */
export function clockDoubt({ now }: ClockEvidence, shown: Validity | undefined): string {
  if (!shown) return `this machine's clock says ${dayOf(now)}`;
  return `it is valid from ${dayOf(shown.from)} to ${dayOf(shown.to)}, and this machine's clock says ${dayOf(now)}`;
}

function inWords(now: Date, why: string, byMs: number, direction: 'behind' | 'ahead'): string {
  const size =
    byMs >= YEAR_MS ? 'by years' : `by ${Math.max(1, Math.round(byMs / DAY_MS))} days or more`;
  const word = direction === 'behind' ? 'but' : 'and';
  return `This machine's clock says ${dayOf(now)}, ${word} ${why}: the clock is ${direction} ${size}`;
}

function dayOf(date: Date): string {
  const time = date.getTime();
  return Number.isNaN(time) ? 'nothing sensible' : date.toISOString().slice(0, 10);
}
