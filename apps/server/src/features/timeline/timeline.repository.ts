import { Injectable } from '@nestjs/common';
import type { TimelineEntry } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import type { Queryable } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';

/** An entry as it is read: `entry` has all that its kind has, apart from id and time. */
export interface TimelineRow {
  readonly id: string;
  readonly at: Date;
  readonly entry: Omit<TimelineEntry, 'id' | 'at'>;
  readonly sortKey: string;
}

/** One kind of entry: where its rows are, and what they say. `id` and `at` are the sort key. */
interface Source {
  readonly from: string;
  readonly id: string;
  readonly at: string;
  readonly entry: string;
}

const UPDATE = `'update', coalesce(t.kb, t.update_id), 'updateTitle', t.update_title`;

const SOURCES: readonly Source[] = [
  {
    from: 'failures t WHERE t.machine_id = $1',
    id: 't.id',
    at: 't.occurred_at',
    entry: `jsonb_build_object('kind', 'failure', 'fingerprintId', t.fingerprint_id, 'code', t.code,
      'extendedCode', t.extended_code, 'phase', t.phase, 'updateKind', t.update_kind, ${UPDATE},
      'fromBacklog', t.from_backlog, 'evidence', t.evidence)`,
  },
  {
    from: 'successes t WHERE t.machine_id = $1',
    id: 't.id',
    at: 't.occurred_at',
    entry: `jsonb_build_object('kind', 'success', 'phase', t.phase, ${UPDATE})`,
  },
  {
    from: 'runs t WHERE t.machine_id = $1',
    id: 't.id',
    at: 't.created_at',
    entry: `jsonb_build_object('kind', 'run', 'runId', t.id, 'playbook', t.playbook, 'mode', t.mode,
      'state', t.state, 'verdict', t.verdict, 'message', t.message,
      'level', CASE WHEN t.held_at IS NOT NULL THEN 'L4' WHEN t.restart_survived_at IS NOT NULL THEN 'L3' ELSE t.level END)`,
  },
  {
    from: 'rejected_orders t WHERE t.machine_id = $1',
    id: 't.id',
    at: 't.at',
    entry: `jsonb_build_object('kind', 'rejected-order', 'reason', t.reason, 'message', t.message)`,
  },
  {
    from: 'machines t WHERE t.id = $1',
    id: 't.id',
    at: 't.enrolled_at',
    entry: `jsonb_build_object('kind', 'enrolled', 'tokenLabel', t.enrolment_token_label)`,
  },
];

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** What happened to a machine, newest first: as many as a page holds from each source, then the newest of those. */
@Injectable()
export class TimelineRepository {
  async page(
    database: Queryable,
    machineId: string,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<TimelineRow[]> {
    const conditions = new SqlConditions(machineId, query.limit + 1);
    const after = decodeCursor(cursorSchema, query.cursor);
    const key = after && {
      at: conditions.parameter(after[0]),
      id: conditions.parameter(after[1]),
    };
    const parts = SOURCES.map(({ from, id, at, entry }) => {
      const older = key ? `AND (${at}, ${id}) < (${key.at}::timestamptz, ${key.id}::uuid)` : '';
      return `(SELECT ${id} AS id, ${at} AS at, ${entry} AS entry FROM ${from} ${older}
                ORDER BY ${at} DESC, ${id} DESC LIMIT $2)`;
    });
    return database.query<TimelineRow>(
      `SELECT id, at, entry, at::text AS "sortKey" FROM (${parts.join(' UNION ALL ')}) t
        ORDER BY t.at DESC, t.id DESC LIMIT $2`,
      conditions.parameters,
    );
  }

  async machineExists(database: Queryable, machineId: string): Promise<boolean> {
    const found = await database.query('SELECT 1 FROM machines WHERE id = $1', [machineId]);
    return found.length > 0;
  }
}
