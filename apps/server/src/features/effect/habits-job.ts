import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { Jobs } from '../../platform/jobs';
import { HabitsRepository } from './habits.repository';

/** Learns when machines are connected. Several looks an hour, so that a server that just started doesn't see nobody. */
@Injectable()
export class HabitsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly habits: HabitsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.add({
      id: 'effect.habits',
      everySeconds: 900,
      timeoutSeconds: 120,
      run: () => this.look(),
    });
  }

  async look(): Promise<void> {
    await this.habits.look(this.database, this.clock.now());
    await this.habits.forgetRetired(this.database);
  }
}
