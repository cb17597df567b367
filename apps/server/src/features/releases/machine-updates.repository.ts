import { Injectable } from '@nestjs/common';
import type { ClientUpdateState } from '@fleetmend/domain';
import type { MachineUpdateQuery } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';

/** How a machine fares with a release. */
export interface MachineUpdateRow {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly releaseId: string;
  readonly version: string;
  readonly fromVersion: string;
  readonly state: ClientUpdateState;
  readonly reason: string | null;
  readonly message: string | null;
  readonly changedAt: Date;
}

/** Machines of one release that fare alike. */
export interface UpdateCount {
  readonly releaseId: string;
  readonly state: ClientUpdateState;
  readonly reason: string | null;
  readonly machines: number;
}

/** A change that was decided. */
export interface UpdateMove {
  readonly releaseId: string;
  readonly machineId: string;
  readonly state: ClientUpdateState;
  readonly reason: string | null;
  readonly message: string | null;
}

const COLUMNS = `u.machine_id AS "machineId", m.hostname, m.online, u.release_id AS "releaseId", r.version,
  u.from_version AS "fromVersion", u.state, u.reason, u.message, u.changed_at AS "changedAt"`;
const FROM = `FROM machine_updates u JOIN machines m ON m.id = u.machine_id JOIN releases r ON r.id = u.release_id`;
/** As PostgreSQL writes it, so that no row falls between two pages. */
const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** What became of releases on machines. */
@Injectable()
export class MachineUpdatesRepository {
  counts(database: Queryable, releaseId?: string): Promise<UpdateCount[]> {
    return database.query<UpdateCount>(
      `SELECT release_id AS "releaseId", state, reason, count(*)::int AS machines FROM machine_updates
        WHERE $1::uuid IS NULL OR release_id = $1 GROUP BY 1, 2, 3`,
      [releaseId ?? null],
    );
  }

  /** What changed last first. */
  page(
    database: Queryable,
    releaseId: string,
    query: MachineUpdateQuery,
  ): Promise<(MachineUpdateRow & { readonly sortKey: string })[]> {
    const conditions = new SqlConditions(query.limit + 1).add(
      (release) => `u.release_id = ${release}`,
      releaseId,
    );
    if (query.state) conditions.add((state) => `u.state = ${state}`, query.state);
    const cursor = decodeCursor(cursorSchema, query.cursor);
    if (cursor) {
      conditions.add(
        (last, id) => `(u.changed_at, u.machine_id) < (${last}::timestamptz, ${id}::uuid)`,
        ...cursor,
      );
    }
    return database.query(
      `SELECT ${COLUMNS}, u.changed_at::text AS "sortKey" ${FROM} WHERE ${conditions.sql}
        ORDER BY u.changed_at DESC, u.machine_id DESC LIMIT $1`,
      conditions.parameters,
    );
  }

  ofMachine(database: Queryable, machineId: string): Promise<MachineUpdateRow[]> {
    return database.query<MachineUpdateRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE u.machine_id = $1 ORDER BY u.changed_at DESC, u.release_id LIMIT 10`,
      [machineId],
    );
  }

  /** How these stand, by release and machine; locked until the transaction ends. */
  async lock(
    transaction: Transaction,
    updates: readonly { readonly releaseId: string; readonly machineId: string }[],
  ): Promise<MachineUpdateRow[]> {
    return transaction.query<MachineUpdateRow>(
      `SELECT ${COLUMNS} ${FROM}
         JOIN unnest($1::uuid[], $2::uuid[]) AS w (release_id, machine_id)
           ON w.release_id = u.release_id AND w.machine_id = u.machine_id
        ORDER BY u.release_id, u.machine_id FOR UPDATE OF u`,
      [updates.map(({ releaseId }) => releaseId), updates.map(({ machineId }) => machineId)],
    );
  }

  /** Those that have been installing since before `since`; locked, without waiting for those that others have. */
  lockSilent(transaction: Transaction, since: Date, limit: number): Promise<MachineUpdateRow[]> {
    return transaction.query<MachineUpdateRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE u.state = 'installing' AND u.changed_at < $1
        ORDER BY u.changed_at LIMIT $2 FOR UPDATE OF u SKIP LOCKED`,
      [since, limit],
    );
  }

  /** The first offer of a release to a machine. One that is there already stays. */
  async offer(
    transaction: Transaction,
    offer: {
      readonly releaseId: string;
      readonly machineId: string;
      readonly fromVersion: string;
      readonly at: Date;
    },
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO machine_updates (release_id, machine_id, state, from_version, offered_at, changed_at)
       VALUES ($1, $2, 'offered', $3, $4, $4) ON CONFLICT DO NOTHING`,
      [offer.releaseId, offer.machineId, offer.fromVersion, offer.at],
    );
  }

  async move(transaction: Transaction, moves: readonly UpdateMove[], at: Date): Promise<void> {
    if (moves.length === 0) return;
    await transaction.query(
      `UPDATE machine_updates u
          SET state = c.state, reason = c.reason, message = c.message, changed_at = $2
         FROM json_to_recordset($1::json) AS c (
           "releaseId" uuid, "machineId" uuid, state text, reason text, message text)
        WHERE u.release_id = c."releaseId" AND u.machine_id = c."machineId"`,
      [JSON.stringify(moves), at],
    );
  }
}
