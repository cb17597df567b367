import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../clock';
import { Database } from '../database';
import { Logger } from '../logging';
import type { Job, JobResult } from './job';
import { JobsRepository } from './jobs.repository';

/** The longest first wait, in ms, so that a start isn't made slower by what can wait. */
const SOON = 5_000;
/**
 * So many run at once on this server. Each holds a connection for its lock while its work needs others: without a
 * limit, jobs that are due at the same time would hold all of them, and wait for one another.
 */
const AT_ONCE = 3;
/** A job that ran within this part of its interval, here or elsewhere, isn't due yet. */
const DUE_AFTER = 0.9;

/** Runs the {@link Job}s that features add, each at its interval, and keeps how they ended. */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly jobs = new Map<string, Job>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Map<string, Promise<JobResult['lastResult']>>();
  private readonly waiting: (() => void)[] = [];
  private places = AT_ONCE;
  private readonly stopping = new AbortController();
  private started = false;

  constructor(
    private readonly repository: JobsRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Called by features while the server starts. */
  add(job: Job): void {
    if (this.jobs.has(job.id)) throw new Error(`There are two jobs called "${job.id}".`);
    this.jobs.set(job.id, job);
    if (this.started) this.schedule(job);
  }

  onApplicationBootstrap(): void {
    this.started = true;
    for (const job of this.jobs.values()) this.schedule(job);
  }

  /** Tells running jobs to stop and waits for them. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.allSettled(this.running.values());
  }

  /** How each job ended last, those included that never ran. */
  async results(): Promise<JobResult[]> {
    const kept = new Map(
      (await this.repository.all(this.database)).map((result) => [result.id, result]),
    );
    return [...this.jobs.keys()].map(
      (id) => kept.get(id) ?? { id, lastRunAt: null, lastResult: null },
    );
  }

  /** Runs a job now, unless it runs already: then this waits for that run. Never throws. */
  runNow(id: string): Promise<JobResult['lastResult']> {
    const job = this.jobs.get(id);
    if (!job) throw new Error(`There is no job called "${id}".`);
    return this.run(job, false);
  }

  private schedule(job: Job): void {
    const every = job.everySeconds * 1000;
    const wait = (milliseconds: number) => {
      if (this.stopping.signal.aborted) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void this.run(job, true).finally(() => {
          wait(every);
        });
      }, milliseconds);
      timer.unref();
      this.timers.add(timer);
    };
    wait(Math.min(every, SOON));
  }

  private run(job: Job, onlyWhenDue: boolean): Promise<JobResult['lastResult']> {
    const running = this.running.get(job.id);
    if (running) return running;
    const run = this.inPlace(() => this.attempt(job, onlyWhenDue))
      .catch((error: unknown) => {
        this.logger.warn({ err: error, job: job.id }, 'a job could not be run');
        return 'failed' as const;
      })
      .finally(() => {
        this.running.delete(job.id);
      });
    this.running.set(job.id, run);
    return run;
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Does `work` when it is its turn. */
  private async inPlace<T>(work: () => Promise<T>): Promise<T | 'skipped'> {
    if (this.places > 0) this.places -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return this.isStopping ? 'skipped' : await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.places += 1;
    }
  }

  private attempt(job: Job, onlyWhenDue: boolean): Promise<'ok' | 'failed' | 'skipped'> {
    // The transaction only holds the lock: the work itself uses connections of its own.
    return this.database.inTransaction(async (transaction) => {
      if (!(await this.repository.claim(transaction, job.id))) return 'skipped';
      const now = this.clock.now();
      const last = await this.repository.lastRunAt(transaction, job.id);
      const due = (last?.getTime() ?? 0) + job.everySeconds * 1000 * DUE_AFTER;
      if (this.isStopping || (onlyWhenDue && now.getTime() < due)) return 'skipped';
      const began = performance.now();
      const error = await this.work(job);
      const milliseconds = Math.round(performance.now() - began);
      const result = error === undefined ? 'ok' : 'failed';
      if (error === undefined) this.logger.debug({ job: job.id, milliseconds }, 'job done');
      else this.logger.error({ err: error, job: job.id, milliseconds }, 'a job failed');
      await this.repository.keep(transaction, {
        id: job.id,
        at: now,
        result,
        message: error?.message ?? null,
        milliseconds,
      });
      return result;
    });
  }

  /** Answers what went wrong, if anything did. */
  private async work(job: Job): Promise<Error | undefined> {
    const signal = AbortSignal.any([
      this.stopping.signal,
      AbortSignal.timeout(job.timeoutSeconds * 1000),
    ]);
    const over = new Promise<Error>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(signal.reason instanceof Error ? signal.reason : new Error('The job was stopped.'));
      });
    });
    const done = job.run(signal).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    return Promise.race([done, over]);
  }
}
