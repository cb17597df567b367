/** So many seconds' worth of handshakes may come at once, or be under way. */
const BURST_SECONDS = 4;
/** Nobody is sent away for longer, in seconds. */
const LONGEST_WAIT = 300;

/**
 * How many handshakes are begun. Who comes beyond that costs nothing but the answer, and is told when there is room: each
 * gets a moment of its own, as far ahead as those before it need, so that a storm comes back as a queue.
 */
export class Admission {
  private room: number;
  private refilledAt = 0;
  private underWay = 0;
  /** Up to this moment room is promised, in ms. */
  private promisedUntil = 0;

  /** Admits `perSecond` handshakes, and four times as many after a silence. */
  constructor(
    private readonly perSecond: number,
    private readonly random: () => number = Math.random,
  ) {
    this.room = perSecond * BURST_SECONDS;
  }

  /**
   * Asks to begin a handshake at the moment `now` (ms, of a clock that only goes forward). Undefined: it may, and
   * {@link done} has to follow. Otherwise the seconds that it should stay away.
   */
  admit(now: number): number | undefined {
    const most = this.perSecond * BURST_SECONDS;
    this.room = Math.min(most, this.room + ((now - this.refilledAt) / 1000) * this.perSecond);
    this.refilledAt = now;
    if (this.room >= 1 && this.underWay < most) {
      this.room -= 1;
      this.underWay += 1;
      return undefined;
    }
    return this.promise(now);
  }

  done(): void {
    this.underWay -= 1;
  }

  private promise(now: number): number {
    const moment = Math.max(this.promisedUntil, now + 1000) + 1000 / this.perSecond;
    const seconds = (moment - now) / 1000;
    if (seconds > LONGEST_WAIT) return LONGEST_WAIT * (0.5 + this.random() / 2);
    this.promisedUntil = moment;
    return seconds;
  }
}

/** How long clients should stay away from a server that ends: time to start again, and then not all at once. */
const RESTART_SECONDS = 2;
const SHORTEST_SPREAD_SECONDS = 8;

/** The seconds that the client number `index` of `count` should stay away when the server ends. */
export function farewellWait(index: number, count: number, perSecond: number): number {
  const spread = Math.max(SHORTEST_SPREAD_SECONDS, (2 * count) / perSecond);
  return Math.min(LONGEST_WAIT, RESTART_SECONDS + (spread * index) / Math.max(1, count));
}
