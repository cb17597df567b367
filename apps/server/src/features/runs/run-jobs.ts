import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { Jobs } from '../../platform/jobs';
import { RunMover } from './run-mover';
import { RunStandingRepository } from './run-standing.repository';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** An order that was fetched in its last second may have been begun: so long its first event is waited for. */
const LEASED_GRACE = 10 * MINUTE;
/** A run that was begun and of which nothing is heard for so long is lost, until its machine says otherwise. */
const SILENCE = 24 * HOUR;
/** Soaking is waiting for a failure that does not come back. */
const SOAKING_SILENCE = 8 * 24 * HOUR;
const AT_ONCE = 500;

/** Ends runs that nothing more will come of by itself. */
@Injectable()
export class RunJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly standing: RunStandingRepository,
    private readonly mover: RunMover,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'runs.expire',
      everySeconds: 30,
      timeoutSeconds: 60,
      run: (signal) => this.untilDone(signal, () => this.expire()),
    });
    this.jobs.add({
      id: 'runs.lose',
      everySeconds: 300,
      timeoutSeconds: 60,
      run: (signal) => this.untilDone(signal, () => this.lose()),
    });
  }

  /** Ends orders that nobody fetched in time; answers how many. */
  async expire(): Promise<number> {
    const at = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const leasedUntil = new Date(at.getTime() - LEASED_GRACE);
      const moments = { queuedUntil: at, leasedUntil };
      const runs = await this.standing.lockExpired(transaction, moments, AT_ONCE);
      const message = 'The order expired before the machine began.';
      await this.mover.end(transaction, runs, { verdict: 'expired', message, at });
      return runs.length;
    });
  }

  /** Gives up runs that have gone silent; answers how many. */
  async lose(): Promise<number> {
    const at = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const moments = {
        actingSince: new Date(at.getTime() - SILENCE),
        soakingSince: new Date(at.getTime() - SOAKING_SILENCE),
      };
      const runs = await this.standing.lockSilent(transaction, moments, AT_ONCE);
      const message = 'The machine began and has not been heard of since.';
      await this.mover.end(transaction, runs, { verdict: 'lost', message, at });
      return runs.length;
    });
  }

  private async untilDone(signal: AbortSignal, work: () => Promise<number>): Promise<void> {
    while (!signal.aborted && (await work()) === AT_ONCE);
  }
}
