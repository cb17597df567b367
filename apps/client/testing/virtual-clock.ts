import { type Clock } from '../src/clock';

/** Time that passes only while somebody sleeps, and then at once. */
export class VirtualClock implements Clock {
  private milliseconds: number;

  constructor(start = '2026-11-21T08:00:00.000Z') {
    this.milliseconds = Date.parse(start);
  }

  now(): Date {
    return new Date(this.milliseconds);
  }

  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!signal?.aborted) this.milliseconds += milliseconds;
    await Promise.resolve();
  }
}
