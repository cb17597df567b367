import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { Jobs } from '../../platform/jobs';
import { ReportsRepository } from './reports.repository';

const DAY = 24 * 3_600_000;
/** How long the ids of reports are remembered, in ms: a report that a machine sends again after that counts twice. */
export const KNOWN_FOR = 90 * DAY;
/** So many are forgotten in one transaction, so that none of them takes long. */
const AT_ONCE = 10_000;

/** Forgets the ids of reports that nobody will send again, so that they don't gather for ever. */
@Injectable()
export class ReportJobs implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly reports: ReportsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'reports.forget',
      everySeconds: 3600,
      timeoutSeconds: 600,
      run: (signal) => this.forgetOld(signal),
    });
  }

  /** Forgets all that are old enough, in parts of `atOnce`, until `signal` says to stop. */
  async forgetOld(signal: AbortSignal, atOnce = AT_ONCE): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KNOWN_FOR);
    while (!signal.aborted) {
      const forgotten = await this.database.inTransaction((transaction) =>
        this.reports.forgetBefore(transaction, before, atOnce),
      );
      if (forgotten < atOnce) return;
    }
  }
}
