import { Injectable } from '@nestjs/common';
import type { MachineFilter } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';

/** A saved filter as stored. */
export interface SavedFilterRow {
  readonly id: string;
  readonly name: string;
  readonly filter: MachineFilter;
  readonly shared: boolean;
  readonly ownerId: string;
  readonly owner: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const SELECT = `
  SELECT s.id, s.name, s.filter, s.shared, s.owner_id AS "ownerId", u.email AS owner,
         s.created_at AS "createdAt", s.updated_at AS "updatedAt"
    FROM saved_filters s JOIN users u ON u.id = s.owner_id`;

@Injectable()
export class SavedFiltersRepository {
  /** Those that this user sees: their own and the shared ones, by name. */
  seenBy(database: Queryable, userId: string): Promise<SavedFilterRow[]> {
    return database.query<SavedFilterRow>(
      `${SELECT} WHERE s.shared OR s.owner_id = $1 ORDER BY lower(s.name), s.id`,
      [userId],
    );
  }

  async find(database: Queryable, id: string): Promise<SavedFilterRow | undefined> {
    const [row] = await database.query<SavedFilterRow>(`${SELECT} WHERE s.id = $1`, [id]);
    return row;
  }

  /** Locked until the transaction ends. */
  async forChange(transaction: Transaction, id: string): Promise<SavedFilterRow | undefined> {
    const [row] = await transaction.query<SavedFilterRow>(
      `${SELECT} WHERE s.id = $1 FOR UPDATE OF s`,
      [id],
    );
    return row;
  }

  /** Adds it or changes the one with its id. A name that is taken is refused by the database (SQLSTATE 23505). */
  async put(transaction: Transaction, row: SavedFilterRow): Promise<void> {
    await transaction.query(
      `INSERT INTO saved_filters (id, name, filter, shared, owner_id, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, filter = excluded.filter,
         shared = excluded.shared, updated_at = excluded.updated_at`,
      [
        row.id,
        row.name,
        JSON.stringify(row.filter),
        row.shared,
        row.ownerId,
        row.createdAt,
        row.updatedAt,
      ],
    );
  }

  async delete(transaction: Transaction, id: string): Promise<void> {
    await transaction.query('DELETE FROM saved_filters WHERE id = $1', [id]);
  }
}
