/** The standard deviations to either side that hold 95 % of a normal distribution. */
export const Z_95 = 1.959963984540054;

/** From `low` to `high`; parts of one. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** So many of so many. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/**
 * Wilson's score interval of a proportion: sound also for few machines and for none or all of them. Of nothing, nothing
 * is known: 0 to 1.
 */
export function wilson(successes: number, n: number, z = Z_95): Interval {
  if (!(n >= 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`${successes} of ${n} is no proportion`);
  }
  if (n === 0) return { low: 0, high: 1 };
  const p = successes / n;
  const square = z * z;
  const middle = p + square / (2 * n);
  const reach = z * Math.sqrt((p * (1 - p)) / n + square / (4 * n * n));
  const whole = 1 + square / n;
  return {
    // Exact where rounding would leave a trace.
    low: successes === 0 ? 0 : (middle - reach) / whole,
    high: successes === n ? 1 : (middle + reach) / whole,
  };
}

/**
 * The interval of the difference `a - b` of two independent proportions: Newcombe's hybrid score interval (Statistics in
 * Medicine 17, 1998, method 10), made of Wilson's of both. Parts of one, from -1 to 1.
 */
export function newcombe(
  a: Proportion,
  b: Proportion,
  z = Z_95,
): Interval & { readonly difference: number } {
  if (!(a.n > 0 && b.n > 0)) throw new RangeError('both proportions must be of something');
  const [ofA, ofB] = [wilson(a.successes, a.n, z), wilson(b.successes, b.n, z)];
  const [pA, pB] = [a.successes / a.n, b.successes / b.n];
  const difference = pA - pB;
  return {
    difference,
    low: difference - Math.hypot(pA - ofA.low, ofB.high - pB),
    high: difference + Math.hypot(ofA.high - pA, pB - ofB.low),
  };
}
