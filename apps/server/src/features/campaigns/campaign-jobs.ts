import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { CONFIG, type Config } from '../../platform/config';
import { Database } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { Logger } from '../../platform/logging';
import { CampaignEngine } from './campaign-engine';
import { CampaignsRepository } from './campaigns.repository';

const DAY = 86_400_000;
/** How long what happened is gathered before campaigns are taken forward for it, in ms. */
const GATHERING = 300;

/** Takes campaigns forward: soon after something happened to one of their machines, and regularly for what time does. */
@Injectable()
export class CampaignJobs implements OnModuleInit, OnModuleDestroy {
  private readonly remediationIds = new Set<string>();
  private readonly machineIds = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private working = Promise.resolve();
  private isOver = false;

  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly logger: Logger,
    private readonly engine: CampaignEngine,
    private readonly repository: CampaignsRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'watchDays'>,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'campaigns.advance',
      everySeconds: 5,
      timeoutSeconds: 120,
      run: (signal) => this.advanceAll(signal),
    });
    this.events.on('runs-changed', ({ remediationIds }) => {
      for (const id of remediationIds) this.remediationIds.add(id);
      this.soon();
    });
    this.events.on('machines-changed', ({ machineIds }) => {
      for (const id of machineIds) this.machineIds.add(id);
      this.soon();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.working;
  }

  /** Takes every campaign forward that may have something to do; one that fails keeps none of the others waiting. */
  async advanceAll(signal?: AbortSignal): Promise<void> {
    const watchedSince = new Date(this.clock.now().getTime() - this.config.watchDays * DAY);
    await this.advance(await this.repository.due(this.database, watchedSince), signal);
  }

  private async advance(ids: readonly string[], signal?: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (const id of ids) {
      if (signal?.aborted === true || this.isOver) return;
      try {
        await this.engine.advance(id);
      } catch (error) {
        this.logger.error({ err: error, campaign: id }, 'a campaign could not be taken forward');
        failures.push(error);
      }
    }
    if (failures.length > 0 && signal) {
      throw new AggregateError(
        failures,
        `${failures.length} campaigns could not be taken forward.`,
      );
    }
  }

  private soon(): void {
    if (this.isOver) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.working = this.working.then(() => this.advanceTouched());
    }, GATHERING);
    this.timer.unref();
  }

  private async advanceTouched(): Promise<void> {
    const remediationIds = [...this.remediationIds];
    const machineIds = [...this.machineIds];
    this.remediationIds.clear();
    this.machineIds.clear();
    try {
      const ids = await this.repository.touched(this.database, remediationIds, machineIds);
      await this.advance(ids);
      // Their numbers are others now, also where nothing was decided.
      if (ids.length > 0) this.events.tellNow('campaigns-changed', { campaignIds: ids });
    } catch (error) {
      // The job looks at all of them in a few seconds.
      this.logger.warn({ err: error }, 'campaigns could not be taken forward at once');
    }
  }
}
