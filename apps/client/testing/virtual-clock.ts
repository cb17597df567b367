import { type Clock } from '../src/clock';

/** Time that passes only while somebody sleeps, and then at once. */
export class VirtualClock implements Clock {
  private milliseconds: number;

  constructor(
    start = '2026-11-21T08:00:00.000Z',
    /** Called with the time that somebody has slept. */
    private readonly slept: (milliseconds: number) => void = () => undefined,
  ) {
    this.milliseconds = Date.parse(start);
  }

  now(): Date {
    return new Date(this.milliseconds);
  }

  /** Somebody sets the clock. */
  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) {
      this.milliseconds += milliseconds;
      this.slept(milliseconds);
    }
    await Promise.resolve();
  }
}
