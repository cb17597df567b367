import { Injectable } from '@nestjs/common';
import type {
  ChronicMachine,
  ChronicMachineQuery,
  ChronicStanding,
  Page,
} from '@fleetmend/dashboard-api';
import { CHRONIC_ADVICE, chronicReasons, type ChronicRule } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { pageFrom } from '../../platform/paging';
import { ChronicRepository, type ChronicRow } from './chronic.repository';

/** Machines that more of the same won't help. */
@Injectable()
export class ChronicService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly repository: ChronicRepository,
  ) {}

  async page(query: ChronicMachineQuery): Promise<Page<ChronicMachine>> {
    const rule = await this.repository.rule(this.database);
    const now = this.clock.now();
    const { rows, total } = await this.repository.page(this.database, query, now, rule);
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.unhelpful, row.machineId],
      (row) => toChronicMachine(row, rule),
      total,
    );
  }

  /** Why the machine is chronic; null = it isn't. */
  async standing(machineId: string): Promise<ChronicStanding | null> {
    const rule = await this.repository.rule(this.database);
    const now = this.clock.now();
    const counts = await this.repository.count(this.database, machineId, now, rule);
    const reasons = chronicReasons(counts, rule);
    return reasons.length === 0 ? null : { ...counts, reasons: [...reasons], days: rule.days };
  }
}

function toChronicMachine(row: ChronicRow, rule: ChronicRule): ChronicMachine {
  const { machineId, hostname, online, osName, openFailures, unhelpful, recurrences } = row;
  return {
    ...{ machineId, hostname, online, osName, openFailures, unhelpful, recurrences },
    reasons: [...chronicReasons(row, rule)],
    days: rule.days,
    runs: row.runs.map((run) => ({ ...run, endedAt: new Date(run.endedAt).toISOString() })),
    advice: CHRONIC_ADVICE,
  };
}
