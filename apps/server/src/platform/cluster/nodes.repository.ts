import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../database';

/** The first half of the advisory lock of each node; the second is its number. */
const NODE_LOCKS = 0x666d_0020;

/** A server as it enters itself. */
export interface NewNode {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly startedAt: Date;
}

/** A server that is entered. */
export interface NodeRow {
  readonly id: string;
  readonly name: string;
  readonly heartbeatAt: Date;
}

/** Which servers work on this database. */
@Injectable()
export class NodesRepository {
  /** Enters a node, or finds it entered; this session holds its lock from now on. */
  async enter(connection: Queryable, node: NewNode, now: Date): Promise<void> {
    await connection.query(
      `WITH entered AS (
         INSERT INTO server_nodes (id, name, version, started_at, heartbeat_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = $5 RETURNING number)
       SELECT pg_try_advisory_lock(${NODE_LOCKS}, number) FROM entered`,
      [node.id, node.name, node.version, node.startedAt, now],
    );
  }

  /** Says that a node lives; false when it is not entered any more. */
  async renew(connection: Queryable, id: string, now: Date): Promise<boolean> {
    const renewed = await connection.query<{ id: string }>(
      'UPDATE server_nodes SET heartbeat_at = $2 WHERE id = $1 RETURNING id',
      [id, now],
    );
    return renewed.length > 0;
  }

  /** All that are entered. */
  all(connection: Queryable): Promise<NodeRow[]> {
    return connection.query<NodeRow>(
      'SELECT id, name, heartbeat_at AS "heartbeatAt" FROM server_nodes ORDER BY number',
    );
  }

  /** Those that were silent since before `since`; locked until the transaction ends, and no other asker's. */
  silent(transaction: Transaction, since: Date): Promise<NodeRow[]> {
    return transaction.query<NodeRow>(
      `SELECT id, name, heartbeat_at AS "heartbeatAt" FROM server_nodes
        WHERE heartbeat_at < $1 ORDER BY number FOR UPDATE SKIP LOCKED`,
      [since],
    );
  }

  /** Those whose connection is over: killed, or ended with the database. Locked likewise. */
  unheld(transaction: Transaction): Promise<NodeRow[]> {
    return transaction.query<NodeRow>(
      `SELECT id, name, heartbeat_at AS "heartbeatAt" FROM server_nodes n
        WHERE NOT EXISTS (
          SELECT FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${NODE_LOCKS}
             AND l.objid = n.number AND l.objsubid = 2
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        ORDER BY number FOR UPDATE SKIP LOCKED`,
    );
  }

  /** They are gone. */
  async remove(connection: Queryable, ids: readonly string[]): Promise<void> {
    await connection.query('DELETE FROM server_nodes WHERE id = ANY ($1::uuid[])', [ids]);
  }
}
