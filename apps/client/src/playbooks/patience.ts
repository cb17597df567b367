import { type Clock } from '../clock';
import { Interrupted, type StepContext } from './step';

/** How long is waited, by a clock that nobody can set: no service stays stopped because somebody sets the clock back. */
export class Patience {
  private readonly begun = performance.now();
  private waitedMs = 0;

  constructor(private readonly timeoutMs: number) {}

  /** What is left of the time of a step, of which earlier lives of the client may have used some. */
  static ofStep(
    timeoutMs: number,
    { begunAt, clock }: Pick<StepContext, 'begunAt' | 'clock'>,
  ): Patience {
    const spent = clock.now().getTime() - begunAt.getTime();
    return new Patience(timeoutMs - Math.min(Math.max(spent, 0), timeoutMs));
  }

  get isOver(): boolean {
    return Math.max(this.waitedMs, performance.now() - this.begun) >= this.timeoutMs;
  }

  async wait(milliseconds: number, clock: Clock, signal?: AbortSignal): Promise<void> {
    this.waitedMs += milliseconds;
    await clock.sleep(milliseconds, signal);
  }

  /** Waits in a step that has changed nothing that it would have to put back. Throws {@link Interrupted}. */
  async waitInterruptibly(
    milliseconds: number,
    { clock, ending }: Pick<StepContext, 'clock' | 'ending'>,
  ): Promise<void> {
    await this.wait(milliseconds, clock, ending);
    if (ending.aborted) throw new Interrupted();
  }
}
