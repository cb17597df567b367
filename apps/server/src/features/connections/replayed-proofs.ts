/**
 * Remembers which proofs were used, at least as long as one of them could count, and at most four times as long. Two sets
 * that take turns: nothing has to be swept.
 */
export class ReplayedProofs {
  private current = new Set<string>();
  private previous = new Set<string>();
  private turnedAt = 0;

  /** `lifetime` in ms: how long after its first use a proof could count again. */
  constructor(private readonly lifetime: number) {}

  /** Whether this is the first use of `jti`, at the moment `now` (ms since 1970). From now on it isn't. */
  firstUse(jti: string, now: number): boolean {
    if (now - this.turnedAt > this.lifetime) {
      // After a long silence what is current is as old as what was previous.
      this.previous = now - this.turnedAt > 2 * this.lifetime ? new Set() : this.current;
      this.current = new Set();
      this.turnedAt = now;
    }
    if (this.current.has(jti) || this.previous.has(jti)) return false;
    this.current.add(jti);
    return true;
  }
}
