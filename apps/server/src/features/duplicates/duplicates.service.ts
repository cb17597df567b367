import { Injectable } from '@nestjs/common';
import type {
  DuplicateQuery,
  DuplicateSettings,
  Page,
  PossibleDuplicate,
  SharedHint,
} from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { pageFrom } from '../../platform/paging';
import { AuditService } from '../audit';
import { toPossibleDuplicate } from './duplicates.mapper';
import { DuplicateSettingsRepository } from './duplicate-settings.repository';
import { DuplicatesRepository } from './duplicates.repository';
import { SharedHintsRepository } from './shared-hints.repository';

/** Machines that may be one computer, as administrators see them and decide about them. */
@Injectable()
export class DuplicatesService {
  constructor(
    private readonly pairs: DuplicatesRepository,
    private readonly shared: SharedHintsRepository,
    private readonly settings: DuplicateSettingsRepository,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  async page(query: DuplicateQuery): Promise<Page<PossibleDuplicate>> {
    const { rows, total } = await this.pairs.page(this.database, query);
    return pageFrom(rows, query.limit, (row) => [row.sortKey, row.id], toPossibleDuplicate, total);
  }

  async find(id: string): Promise<PossibleDuplicate> {
    const row = await this.pairs.find(this.database, id);
    if (!row) throw notFound('possible duplicate');
    return toPossibleDuplicate(row);
  }

  async sharedHints(): Promise<{ items: SharedHint[] }> {
    const rows = await this.shared.shown(this.database);
    return {
      items: rows.map((row) => ({ ...row, firstSeenAt: row.firstSeenAt.toISOString() })),
    };
  }

  /**
   * These are two computers. Remembered until something speaks against it that didn't now. Once more changes nothing.
   * @throws {RequestError} `conflict` when somebody has merged them.
   */
  async dismiss(id: string, actor: Actor): Promise<PossibleDuplicate> {
    await this.database.inTransaction(async (transaction) => {
      const pair = await this.pairs.lock(transaction, id);
      if (!pair) throw notFound('possible duplicate');
      if (pair.state === 'dismissed') return;
      if (pair.state === 'merged') {
        throw new RequestError('conflict', 'Somebody has merged these two already.');
      }
      const at = this.clock.now();
      await this.pairs.decide(transaction, id, {
        ...{ state: 'dismissed', keptId: null, by: actor.email, at },
      });
      const row = await this.pairs.find(transaction, id);
      if (!row) throw notFound('possible duplicate');
      const { newer, older, kind, evidence } = row;
      await this.audit.record(transaction, {
        actor,
        action: 'duplicate.dismissed',
        subjectType: 'machine',
        subjectId: newer.id,
        summary: `${newer.hostname} and ${older.hostname} are two computers`,
        before: { kind, evidence, newerId: newer.id, olderId: older.id },
      });
      const machineIds = [newer.id, older.id];
      this.events.tell(transaction, 'machines-changed', { machineIds });
      this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
    });
    return this.find(id);
  }

  readSettings(): Promise<DuplicateSettings> {
    return this.settings.read(this.database);
  }

  async changeSettings(given: DuplicateSettings, actor: Actor): Promise<DuplicateSettings> {
    await this.database.inTransaction(async (transaction) => {
      const before = await this.settings.write(transaction, given);
      if (before.automaticReEnrolment === given.automaticReEnrolment) return;
      await this.audit.record(transaction, {
        actor,
        action: 'duplicate-settings.changed',
        subjectType: 'settings',
        subjectId: null,
        summary: given.automaticReEnrolment
          ? 'Computers with a copied key become machines of their own by themselves'
          : 'Computers with a copied key wait for an administrator',
        before,
        after: given,
      });
      this.events.tell(transaction, 'list-changed', { list: 'duplicates' });
    });
    return given;
  }
}
