import { Injectable } from '@nestjs/common';
import type { Health } from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { VERSION } from '../../platform/config';
import { Database } from '../../platform/database';
import { type JobResult, Jobs } from '../../platform/jobs';
import { ConnectionsService } from '../connections';

/** The longest that the database may take to answer, in ms, before it counts as unreachable. */
const PATIENCE = 2_000;

/** Whether the server can do its work. */
@Injectable()
export class HealthService {
  private readonly startedAt: Date;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly connections: ConnectionsService,
    clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  async read(): Promise<Health> {
    const jobs = await this.jobResults();
    return {
      status: jobs ? 'ok' : 'failing',
      version: VERSION,
      startedAt: this.startedAt.toISOString(),
      database: jobs ? 'ok' : 'unreachable',
      connectedMachines: this.connections.count,
      jobs: (jobs ?? []).map(({ id, lastRunAt, lastResult }) => ({
        id,
        lastRunAt: lastRunAt?.toISOString() ?? null,
        lastResult,
      })),
    };
  }

  /** What the database says, or null when it doesn't answer in time. */
  private async jobResults(): Promise<JobResult[] | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, null);
    });
    try {
      return await Promise.race([this.jobs.results(), late]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
