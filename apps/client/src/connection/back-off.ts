/** Random waits between nothing and a bound that doubles with each failure: full jitter. */
export class BackOff {
  /** How many failures there were since the last {@link reset}. */
  failures = 0;

  constructor(
    private readonly baseMs: number,
    private readonly capMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const bound = Math.min(this.capMs, this.baseMs * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return Math.floor(this.random() * bound);
  }

  /** It worked: the next wait is short again. */
  reset(): void {
    this.failures = 0;
  }
}
