import { Clock } from '../src/platform/clock';

/** A clock that stands still unless it is told to move. */
export class TestClock extends Clock {
  private time: number;
  constructor(now = '2026-11-21T12:00:00.000Z') {
    super();
    this.time = Date.parse(now);
  }
  override now(): Date {
    return new Date(this.time);
  }
  /** Moves by so many minutes; negative = back. */
  pass(minutes: number): void {
    this.time += minutes * 60_000;
  }
  /** The moment that is so many minutes from now, ISO 8601. */
  in(minutes: number): string {
    return new Date(this.time + minutes * 60_000).toISOString();
  }
}
