/** How long to wait between attempts: a random time below a bound that doubles (full jitter). All in milliseconds. */
export class Backoff {
  readonly #first: number;
  readonly #longest: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number, first = 1000, longest = 300_000) {
    this.#random = random;
    this.#first = first;
    this.#longest = longest;
  }

  /** After one more failure. */
  next(): number {
    const bound = Math.min(this.#longest, this.#first * 2 ** this.#failures);
    this.#failures += 1;
    return this.#random() * bound;
  }

  /** After a refusal that waiting alone doesn't cure. */
  longest(): number {
    return this.#random() * this.#longest;
  }

  /** After a success. */
  reset(): void {
    this.#failures = 0;
  }
}
