import { Injectable } from '@nestjs/common';
import type {
  ChronicMachine,
  ChronicMachineQuery,
  ChronicStanding,
  Page,
} from '@fleetmend/dashboard-api';
import { CHRONIC_ADVICE, CHRONIC_RULE, chronicReasons, type ChronicRule } from '@fleetmend/domain';
import { Clock } from '../../platform/clock';
import { Database, type Queryable } from '../../platform/database';
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

  async page(
    query: ChronicMachineQuery,
    rule: ChronicRule = CHRONIC_RULE,
  ): Promise<Page<ChronicMachine>> {
    const { rows, total } = await this.repository.page(
      this.database,
      query,
      this.clock.now(),
      rule,
    );
    return pageFrom(
      rows,
      query.limit,
      (row) => [row.unhelpful, row.machineId],
      (row) => toChronicMachine(row, rule),
      total,
    );
  }

  /** Why the machine is chronic; null = it isn't. */
  async standing(
    machineId: string,
    rule: ChronicRule = CHRONIC_RULE,
  ): Promise<ChronicStanding | null> {
    const counts = await this.repository.count(this.database, machineId, this.clock.now(), rule);
    const reasons = chronicReasons(counts, rule);
    return reasons.length === 0 ? null : { ...counts, reasons: [...reasons], days: rule.days };
  }

  /** Which of these machines are chronic, by `rule`. */
  async among(
    database: Queryable,
    machineIds: readonly string[],
    rule: ChronicRule = CHRONIC_RULE,
  ): Promise<ReadonlySet<string>> {
    return this.repository.among(database, machineIds, this.clock.now(), rule);
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
