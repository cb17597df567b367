import { Injectable } from '@nestjs/common';
import type { AuditEntry, AuditQuery, Page } from '@fleetmend/dashboard-api';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../../platform/clock';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import type { Actor } from '../../platform/http';
import { AuditRepository } from './audit.repository';

/** Who did it: a person, the server by itself, or a machine. */
export type AuditActor = Actor | 'system' | { readonly hostname: string; readonly address: string };

/** What is recorded. `before` and `after` hold what changed, never a secret. */
export interface AuditRecord {
  readonly actor: AuditActor;
  /** `noun.verb`: `remediation.created`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  /** For people. */
  readonly summary: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Who did what to which machine, and when. Entries are added and never changed. */
@Injectable()
export class AuditService {
  constructor(
    private readonly repository: AuditRepository,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Writes one entry in the transaction of the action itself, so that neither exists without the other. */
  async record(transaction: Transaction, record: AuditRecord): Promise<void> {
    await this.repository.add(transaction, {
      id: uuidv7(),
      at: this.clock.now().toISOString(),
      actor: nameOf(record.actor),
      action: record.action,
      subjectType: record.subjectType,
      subjectId: record.subjectId,
      summary: record.summary,
      before: record.before ?? null,
      after: record.after ?? null,
      address: record.actor === 'system' ? null : record.actor.address,
    });
    this.events.tell(transaction, 'list-changed', { list: 'audit' });
  }

  /** One page, newest first. */
  page(query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.repository.page(this.database, query);
  }
}

function nameOf(actor: AuditActor): string {
  if (actor === 'system') return 'system';
  return 'email' in actor ? actor.email : `machine:${actor.hostname}`;
}
