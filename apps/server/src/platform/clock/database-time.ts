/** What a question about the time has brought: when it was asked and answered by our clock, and the answer, in ms. */
export interface TimeAnswer {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly time: number;
}

/** An answer that took longer, in ms, says no more than that the time lies between its question and its end. */
const UNSURE = 50;
/** While it is ahead, it goes at this part of its pace until the right time has caught up. */
const SLOWED = 0.5;

/**
 * The time of the database, reckoned from a clock of our own that only goes forward (ms) and from answers of the
 * database. It never goes back: what was found to be ahead goes more slowly for a while. What was behind jumps.
 */
export class DatabaseTime {
  private offset: number;
  private known = false;
  private toldAt: number;
  /** Nobody has been told anything yet. */
  private told = -Infinity;

  /** `own` is read at each question; until the first answer the time is that of `start`. */
  constructor(
    private readonly own: () => number,
    start: number,
  ) {
    this.toldAt = own();
    this.offset = start - this.toldAt;
  }

  /** The time, in ms since 1970. */
  now(): number {
    const own = this.own();
    const right = own + this.offset;
    const slow = this.told + Math.max(0, own - this.toldAt) * SLOWED;
    // Ahead of the right time: half the pace. What stands behind it jumps forward.
    this.told = Math.max(right, slow);
    this.toldAt = own;
    return this.told;
  }

  /**
   * Takes the answer that came soonest, as of the middle of its way. A slow one changes nothing that it doesn't
   * contradict.
   */
  learn(answers: readonly TimeAnswer[]): void {
    const [best] = [...answers].sort((one, other) => wayOf(one) - wayOf(other));
    if (!best) return;
    const [least, most] = [best.time - best.answeredAt, best.time - best.askedAt];
    const fits = this.known && this.offset >= least && this.offset <= most;
    if (fits && most - least > UNSURE) return;
    this.offset = (least + most) / 2;
    this.known = true;
  }
}

function wayOf({ askedAt, answeredAt }: TimeAnswer): number {
  return answeredAt - askedAt;
}
