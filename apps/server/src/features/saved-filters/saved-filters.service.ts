import { Injectable } from '@nestjs/common';
import {
  type MachineFilter,
  machineFilterSchema,
  type NewSavedFilter,
  type SavedFilter,
} from '@fleetmend/dashboard-api';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Queryable, sqlState, type Transaction } from '../../platform/database';
import { notFound, RequestError } from '../../platform/errors';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditService } from '../audit';
import { mayChange, toSavedFilter } from './saved-filters.mapper';
import { type SavedFilterRow, SavedFiltersRepository } from './saved-filters.repository';

/** Filters of machines that people gave a name. */
@Injectable()
export class SavedFiltersService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: Events,
    private readonly audit: AuditService,
    private readonly repository: SavedFiltersRepository,
  ) {}

  async list(actor: Actor): Promise<{ items: SavedFilter[] }> {
    const rows = await this.repository.seenBy(this.database, actor.userId);
    return { items: rows.map((row) => toSavedFilter(row, actor)) };
  }

  /**
   * What a saved filter asks of machines now, for a person who sees it: one's own or a shared one.
   * @throws {RequestError} `not-found`; `conflict` where it holds a condition that this server doesn't know
   */
  async filterOf(database: Queryable, id: string, userId: string): Promise<MachineFilter> {
    const row = await this.repository.find(database, id);
    if (!row || !(row.shared || row.ownerId === userId)) throw notFound('saved filter');
    const filter = machineFilterSchema.safeParse(row.filter);
    if (filter.success) return filter.data;
    throw new RequestError(
      'conflict',
      `The saved filter "${row.name}" can't be read. Save it anew.`,
    );
  }

  /** @throws {RequestError} `name-taken` */
  create(given: NewSavedFilter, actor: Actor): Promise<SavedFilter> {
    return this.write(given.name, async (transaction) => {
      const now = this.clock.now();
      const row: SavedFilterRow = {
        ...given,
        id: uuidv7({ msecs: now.getTime() }),
        ...{ ownerId: actor.userId, owner: actor.email, createdAt: now, updatedAt: now },
      };
      await this.repository.put(transaction, row);
      await this.record(transaction, actor, 'created', row, { after: shown(row) });
      return toSavedFilter(row, actor);
    });
  }

  /** @throws {RequestError} `not-found`, `forbidden`, `name-taken` */
  change(id: string, given: NewSavedFilter, actor: Actor): Promise<SavedFilter> {
    return this.write(given.name, async (transaction) => {
      const before = await this.own(transaction, id, actor);
      const row: SavedFilterRow = { ...before, ...given, updatedAt: this.clock.now() };
      await this.repository.put(transaction, row);
      await this.record(transaction, actor, 'changed', row, {
        ...{ before: shown(before), after: shown(row) },
      });
      return toSavedFilter(row, actor);
    });
  }

  /** @throws {RequestError} `not-found`, `forbidden` */
  async delete(id: string, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      const row = await this.own(transaction, id, actor);
      await this.repository.delete(transaction, id);
      await this.record(transaction, actor, 'deleted', row, { before: shown(row) });
    });
  }

  private async write<T>(name: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.database.inTransaction(work);
    } catch (error) {
      if (sqlState(error) !== '23505') throw error;
      throw new RequestError('name-taken', `There is a saved filter "${name}" already.`, {
        problems: [{ path: 'name', message: 'This name is taken.' }],
        cause: error,
      });
    }
  }

  /** One that the actor may change, locked. */
  private async own(transaction: Transaction, id: string, actor: Actor): Promise<SavedFilterRow> {
    const row = await this.repository.forChange(transaction, id);
    if (!row || !(row.shared || row.ownerId === actor.userId)) throw notFound('saved filter');
    if (mayChange(row, actor)) return row;
    throw new RequestError('forbidden', `Only ${row.owner} or an administrator may change this.`);
  }

  private async record(
    transaction: Transaction,
    actor: Actor,
    verb: 'created' | 'changed' | 'deleted',
    { id, name }: SavedFilterRow,
    what: { readonly before?: unknown; readonly after?: unknown },
  ): Promise<void> {
    await this.audit.record(transaction, {
      actor,
      action: `saved-filter.${verb}`,
      subjectType: 'saved-filter',
      subjectId: id,
      summary: `Saved filter "${name}" was ${verb}`,
      ...what,
    });
    this.events.tell(transaction, 'list-changed', { list: 'saved-filters' });
  }
}

function shown({ name, filter, shared }: SavedFilterRow) {
  return { name, filter, shared };
}
