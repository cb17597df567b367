import { Injectable } from '@nestjs/common';
import type { EmergencyStop } from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { Database, type Queryable } from '../../platform/database';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { EmergencyStopRepository } from './emergency-stop.repository';

/**
 * The switch that stops everything: while it is on, no machine is given an order, whoever made it. Machines that have
 * begun go on to their end, since nothing is worse than half a remediation. Taking back is still possible.
 */
@Injectable()
export class EmergencyStopService {
  constructor(
    private readonly repository: EmergencyStopRepository,
    private readonly database: Database,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async isOn(database: Queryable): Promise<boolean> {
    return (await this.repository.read(database)).on;
  }

  async read(): Promise<EmergencyStop> {
    const { on, reason, by, at } = await this.repository.read(this.database);
    return { on, reason, by, at: at?.toISOString() ?? null };
  }

  async set(wanted: { on: boolean; reason: string }, actor: Actor): Promise<EmergencyStop> {
    await this.database.inTransaction(async (transaction) => {
      const next = { ...wanted, by: actor.email, at: this.clock.now() };
      const before = await this.repository.put(transaction, next);
      await this.audit.record(transaction, {
        actor,
        action: wanted.on ? 'emergency-stop.on' : 'emergency-stop.off',
        subjectType: 'emergency-stop',
        subjectId: null,
        summary: `${wanted.on ? 'Stopped all orders' : 'Released all orders'}: ${wanted.reason}`,
        before: { on: before.on, reason: before.reason },
        after: wanted,
      });
      this.events.tell(transaction, 'list-changed', { list: 'emergency-stop' });
      if (!wanted.on) {
        const machineIds = await this.repository.waiting(transaction);
        this.events.tell(transaction, 'orders-waiting', { machineIds });
      }
    });
    return this.read();
  }
}
