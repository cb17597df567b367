import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RequestError } from '../errors';

/** Refuses what comes too often. Counts live in memory, by key: an address, an account, a connection. */
export class Throttle {
  private readonly limiter: RateLimiterMemory;

  /** Allows `points` within `seconds`, then refuses for `blockSeconds`, or until the window is over. */
  constructor(limits: {
    readonly points: number;
    readonly seconds: number;
    readonly blockSeconds?: number;
  }) {
    this.limiter = new RateLimiterMemory({
      points: limits.points,
      duration: limits.seconds,
      blockDuration: limits.blockSeconds ?? 0,
    });
  }

  /**
   * Counts one more of `key`.
   * @throws {RequestError} `throttled`, with the time to wait.
   */
  async take(key: string): Promise<void> {
    try {
      await this.limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw tooMany(refusal.msBeforeNext);
    }
  }

  /**
   * Asks without counting.
   * @throws {RequestError} `throttled`, when the next {@link take} would throw.
   */
  async check(key: string): Promise<void> {
    const state = await this.limiter.get(key);
    if (state && state.consumedPoints >= this.limiter.points) throw tooMany(state.msBeforeNext);
  }

  /** Forgets what was counted for `key`. */
  async forget(key: string): Promise<void> {
    await this.limiter.delete(key);
  }
}

function tooMany(milliseconds: number): RequestError {
  const retryAfterSeconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new RequestError('throttled', `Too many tries. Wait ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });
}
