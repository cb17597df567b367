import { setImmediate as turn } from 'node:timers/promises';
import { type Clock } from '../src/clock';

/** Time that passes as fast as it may when it is short, and when it is long only once somebody cuts it short. */
export class PatientClock implements Clock {
  /** What was slept, in milliseconds, since somebody emptied it. */
  slept: number[] = [];

  constructor(private readonly longMs: number) {}

  now(): Date {
    return new Date();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(milliseconds);
    if (milliseconds < this.longMs || signal?.aborted) {
      await turn();
      return;
    }
    await new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve();
      });
    });
  }
}
