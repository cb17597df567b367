import { Injectable } from '@nestjs/common';
import type { RunMode, RunState, Verdict } from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';

/** A remediation as its row has it. */
export interface NewRemediationRow {
  readonly id: string;
  readonly requestId: string;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly mode: RunMode;
  readonly parameters: unknown;
  readonly fingerprintId: string | null;
  readonly reason: string | null;
  readonly overrideReason: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

/** A remediation with what is counted of its runs. */
export interface RemediationRow extends Omit<
  NewRemediationRow,
  'requestId' | 'parameters' | 'expiresAt'
> {
  readonly counts: readonly {
    readonly state: RunState;
    readonly verdict: Verdict | null;
    readonly runs: number;
  }[];
  readonly sortKey: string;
}

const SELECT = `
  SELECT r.id, r.playbook, r.playbook_version AS "playbookVersion", r.mode,
         r.fingerprint_id AS "fingerprintId", r.reason, r.override_reason AS "overrideReason",
         r.created_at AS "createdAt", r.created_by AS "createdBy", r.created_at::text AS "sortKey",
         (SELECT coalesce(jsonb_agg(counted), '[]')
            FROM (SELECT state, verdict, count(*)::int AS runs
                    FROM runs WHERE remediation_id = r.id GROUP BY 1, 2) counted) AS counts
    FROM remediations r`;

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

@Injectable()
export class RemediationsRepository {
  /** Adds a remediation; false when its request has made one already. */
  async add(transaction: Transaction, row: NewRemediationRow): Promise<boolean> {
    const added = await transaction.query(
      `INSERT INTO remediations (id, request_id, playbook, playbook_version, mode, parameters, fingerprint_id,
                                 reason, override_reason, created_at, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (request_id) DO NOTHING RETURNING id`,
      [
        row.id,
        row.requestId,
        row.playbook,
        row.playbookVersion,
        row.mode,
        JSON.stringify(row.parameters),
        row.fingerprintId,
        row.reason,
        row.overrideReason,
        row.createdAt,
        row.createdBy,
        row.expiresAt,
      ],
    );
    return added.length > 0;
  }

  async idOfRequest(database: Queryable, requestId: string): Promise<string | undefined> {
    const [found] = await database.query<{ id: string }>(
      'SELECT id FROM remediations WHERE request_id = $1',
      [requestId],
    );
    return found?.id;
  }

  async find(database: Queryable, id: string): Promise<RemediationRow | undefined> {
    const [row] = await database.query<RemediationRow>(`${SELECT} WHERE r.id = $1`, [id]);
    return row;
  }

  /** Newest first. */
  async page(
    database: Queryable,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ rows: RemediationRow[]; total: number }> {
    const [count] = await database.query<{ total: number }>(
      'SELECT count(*)::int AS total FROM remediations',
    );
    const conditions = new SqlConditions(query.limit + 1);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (at, id) => `(r.created_at, r.id) < (${at}::timestamptz, ${id}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<RemediationRow>(
      `${SELECT} WHERE ${conditions.sql} ORDER BY r.created_at DESC, r.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }
}
