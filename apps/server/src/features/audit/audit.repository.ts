import { Injectable } from '@nestjs/common';
import type { AuditEntry, AuditQuery, Page } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { RequestError } from '../../platform/errors';

type Row = Omit<AuditEntry, 'at'> & { readonly at: Date };

@Injectable()
export class AuditRepository {
  async add(transaction: Transaction, entry: AuditEntry): Promise<void> {
    await transaction.query(
      `INSERT INTO audit_entries
         (id, at, actor, action, subject_type, subject_id, summary, before, after, address)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        entry.id,
        entry.at,
        entry.actor,
        entry.action,
        entry.subjectType,
        entry.subjectId,
        entry.summary,
        entry.before === null ? null : JSON.stringify(entry.before),
        entry.after === null ? null : JSON.stringify(entry.after),
        entry.address,
      ],
    );
  }

  /** Ids are UUIDs of version 7, which sort by time: the cursor is the last id of the page before. */
  async page(database: Queryable, query: AuditQuery): Promise<Page<AuditEntry>> {
    if (query.cursor !== undefined && !z.uuid().safeParse(query.cursor).success) {
      throw new RequestError('invalid-cursor', 'This page can not be continued. Start again.');
    }
    const rows = await database.query<Row>(
      `SELECT id, at, actor, action, subject_type AS "subjectType", subject_id AS "subjectId",
              summary, before, after, address
         FROM audit_entries
        WHERE ($1::uuid IS NULL OR id < $1)
          AND ($2::text IS NULL OR actor = $2)
          AND ($3::text IS NULL OR action = $3)
          AND ($4::text IS NULL OR subject_id = $4)
        ORDER BY id DESC
        LIMIT $5`,
      [
        query.cursor ?? null,
        query.actor ?? null,
        query.action ?? null,
        query.subjectId ?? null,
        query.limit + 1,
      ],
    );
    const items = rows.slice(0, query.limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    const last = items.at(-1);
    return { items, next: rows.length > query.limit && last ? last.id : null };
  }
}
