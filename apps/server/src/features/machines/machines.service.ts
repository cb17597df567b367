import { Injectable } from '@nestjs/common';
import type {
  Machine,
  MachineDetail,
  MachineFacets,
  MachineQuery,
  Page,
} from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { notFound } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { ChronicService } from '../effect';
import { FingerprintLedgerRepository } from '../fingerprints';
import { MachineRegistryRepository } from './machine-registry.repository';
import { toMachine, toMachineDetail } from './machines.mapper';
import { MachinesRepository } from './machines.repository';

/** The fleet, as the dashboard reads it. */
@Injectable()
export class MachinesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly repository: MachinesRepository,
    private readonly registry: MachineRegistryRepository,
    private readonly fingerprints: FingerprintLedgerRepository,
    private readonly chronic: ChronicService,
  ) {}

  async page(query: MachineQuery): Promise<Page<Machine>> {
    const { rows, total } = await this.repository.page(this.database, query, this.clock.now());
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.id], toMachine, total);
  }

  facets(): Promise<MachineFacets> {
    return this.repository.facets(this.database);
  }

  /** Retired machines too: their history stays. */
  async find(id: string): Promise<MachineDetail> {
    const row = await this.repository.find(this.database, id);
    if (!row) throw notFound('machine');
    const [failures, chronic] = await Promise.all([
      this.repository.failures(this.database, id),
      this.chronic.standing(id),
    ]);
    return toMachineDetail(row, failures, chronic);
  }

  /** Its key is refused from now on, and what is open on it is nobody's work any more. */
  async retire(id: string, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const hostname = await this.registry.retire(transaction, id, this.clock.now());
      if (hostname === undefined) throw notFound('machine');
      const fingerprintIds = await this.fingerprints.abandon(transaction, id);
      await this.audit.record(transaction, {
        actor,
        action: 'machine.retired',
        subjectType: 'machine',
        subjectId: id,
        summary: `Retired ${hostname}.`,
      });
      this.events.tell(transaction, 'machine-retired', { machineId: id });
      this.events.tell(transaction, 'machines-changed', { machineIds: [id] });
      if (fingerprintIds.length > 0) {
        this.events.tell(transaction, 'fingerprints-changed', { fingerprintIds });
      }
    });
  }
}
