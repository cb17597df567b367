import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { RunMover, tellRunsChanged } from './run-mover';
import { RunStandingRepository } from './run-standing.repository';
import { RunWatchRepository } from './run-watch.repository';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** An order that was fetched in its last second may have been begun: so long its first event is waited for. */
const LEASED_GRACE = 10 * MINUTE;
/** A run that was begun and of which nothing is heard for so long is lost, until its machine says otherwise. */
const SILENCE = 24 * HOUR;
/** Soaking is waiting for a failure that does not come back. */
const SOAKING_SILENCE = 8 * 24 * HOUR;
const AT_ONCE = 500;

/** What time does to runs: ends those that nothing more will come of, and proves those whose failure stays away. */
@Injectable()
export class RunJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly standing: RunStandingRepository,
    private readonly mover: RunMover,
    private readonly watch: RunWatchRepository,
    private readonly events: Events,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
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
    this.jobs.add({
      id: 'runs.watch',
      everySeconds: 300,
      timeoutSeconds: 60,
      run: async (signal) => {
        await this.untilDone(signal, () => this.proveRestarts());
        await this.untilDone(signal, () => this.proveHeld());
      },
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

  /** Notes which failures stayed away when their machine restarted; answers how many. */
  async proveRestarts(): Promise<number> {
    const now = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const runs = await this.watch.proveRestarts(transaction, now, AT_ONCE);
      tellRunsChanged(this.events, transaction, runs);
      return runs.length;
    });
  }

  /** Notes which failures stayed away for the whole watch period; answers how many. */
  async proveHeld(): Promise<number> {
    const now = this.clock.now();
    return this.database.inTransaction(async (transaction) => {
      const runs = await this.watch.proveHeld(transaction, now, this.config.watchDays, AT_ONCE);
      tellRunsChanged(this.events, transaction, runs);
      return runs.length;
    });
  }

  private async untilDone(signal: AbortSignal, work: () => Promise<number>): Promise<void> {
    while (!signal.aborted && (await work()) === AT_ONCE);
  }
}
