import { Injectable } from '@nestjs/common';
import type { Page, TimelineEntry } from '@fleetmend/dashboard-api';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import { Database } from '../../platform/database';
import { notFound } from '../../platform/errors';
import { pageFrom } from '../../platform/paging';
import { TimelineRepository, type TimelineRow } from './timeline.repository';

/** What happened to a machine. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly database: Database,
    private readonly repository: TimelineRepository,
  ) {}

  async page(
    machineId: string,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<TimelineEntry>> {
    const rows = await this.repository.page(this.database, machineId, query);
    if (rows.length === 0 && !(await this.repository.machineExists(this.database, machineId))) {
      throw notFound('machine');
    }
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.id], toEntry);
  }
}

function toEntry(row: TimelineRow): TimelineEntry {
  const entry = { ...row.entry, id: row.id, at: row.at.toISOString() } as TimelineEntry;
  if (entry.kind !== 'failure') return entry;
  const symbol = lookUpErrorCode(entry.code)?.symbol;
  return { ...entry, symbol: symbol === undefined || symbol === '' ? null : symbol };
}
