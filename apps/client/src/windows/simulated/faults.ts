import { WindowsError } from '../windows';

/** The client "died" here: thrown by every call from the crash on, until {@link Faults.revive}. */
export class SimulatedCrash extends Error {
  constructor(call: string) {
    super(`The simulated client died at "${call}".`);
    this.name = 'SimulatedCrash';
  }
}

/** Names of calls that change something or may be refused, as they stand in {@link Faults.calls}. */
export type SimulatedOperation =
  | 'stop'
  | 'start'
  | 'query'
  | 'set-start-type'
  | 'write-registry'
  | 'set-clock'
  | 'sessions'
  | 'ask'
  | 'tell'
  | 'boot-id'
  | 'restart'
  | 'cancel-restart'
  | 'run-tool'
  | 'search-drivers'
  | 'install-drivers'
  | 'component-store'
  | 'remove-tree'
  | 'rename'
  | 'rename-at-restart'
  | 'inspect'
  | 'list'
  | 'measure'
  | 'free-bytes'
  | 'trigger-scan'
  | 'installer-busy'
  | 'history'
  | 'event-log'
  | 'subscribe'
  | 'subscription'
  | 'update-history'
  | 'registry'
  | 'times'
  | 'language'
  | 'membership'
  | 'power'
  | 'pending-restart'
  | 'last-successes'
  | 'proxy'
  | 'network-cost';

interface Refusal {
  readonly operation: SimulatedOperation;
  readonly subject: string | undefined;
  readonly error: Error;
  left: number;
}

/** What goes wrong on a simulated machine, and the record of what was asked of it. */
export class Faults {
  /** Every call that changed something, in order: "stop wuauserv", "rename /a -> /b". */
  readonly calls: string[] = [];
  private readonly refusals: Refusal[] = [];
  private crash: { readonly call: RegExp; readonly when: 'before' | 'after' } | undefined;
  private dead = false;

  /** Refuses the next `times` calls of `operation` (on `subject` only, if given) with a Win32 error or any other. */
  refuse(
    operation: SimulatedOperation,
    error: number | Error,
    options: { readonly times?: number; readonly subject?: string } = {},
  ): void {
    this.refusals.push({
      operation,
      subject: options.subject,
      left: options.times ?? Number.POSITIVE_INFINITY,
      error:
        typeof error === 'number'
          ? new WindowsError(
              operation,
              error,
              `The simulated Windows refused "${operation}" with error ${error}.`,
            )
          : error,
    });
  }

  /** Takes all refusals back. */
  forgive(): void {
    this.refusals.length = 0;
  }

  /** Lets the client die just before or just after the first call that matches. */
  crashAt(call: RegExp, when: 'before' | 'after'): void {
    this.crash = { call, when };
  }

  /** The client is started again: calls are answered from here on. */
  revive(): void {
    this.dead = false;
    this.crash = undefined;
  }

  /** Runs one call with all faults that are due. Calls that only read are not recorded. */
  async perform<T>(
    operation: SimulatedOperation,
    subject: string,
    act: () => T | Promise<T>,
    recorded = false,
  ): Promise<T> {
    const call = `${operation} ${subject}`;
    if (this.dead) throw new SimulatedCrash(call);
    this.dieIfDue(call, 'before');
    this.refuseNow(operation, subject);
    const answer = await act();
    if (recorded) this.calls.push(call);
    this.dieIfDue(call, 'after');
    return answer;
  }

  /** For calls that answer at once: throws what refuses this one, if anything does. */
  refuseNow(operation: SimulatedOperation, subject = ''): void {
    const refusal = this.refusals.find(
      (one) =>
        one.operation === operation &&
        one.left > 0 &&
        (one.subject === undefined || one.subject === subject),
    );
    if (!refusal) return;
    refusal.left -= 1;
    throw refusal.error;
  }

  private dieIfDue(call: string, when: 'before' | 'after'): void {
    if (this.crash?.when !== when || !this.crash.call.test(call)) return;
    this.dead = true;
    throw new SimulatedCrash(call);
  }
}
