import { Injectable } from '@nestjs/common';
import type { Role } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';

/** A user as stored. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
}

export const USER_COLUMNS = `u.id, u.email, u.name, u.role, u.password_hash AS "passwordHash", u.disabled,
  u.created_at AS "createdAt", u.last_sign_in_at AS "lastSignInAt"`;

@Injectable()
export class UsersRepository {
  all(database: Queryable): Promise<UserRow[]> {
    return database.query<UserRow>(`SELECT ${USER_COLUMNS} FROM users u ORDER BY u.email`);
  }

  async byEmail(database: Queryable, email: string): Promise<UserRow | undefined> {
    const [row] = await database.query<UserRow>(
      `SELECT ${USER_COLUMNS} FROM users u WHERE u.email = $1`,
      [email],
    );
    return row;
  }

  /** Locked until the transaction ends. */
  async forChange(transaction: Transaction, id: string): Promise<UserRow | undefined> {
    const [row] = await transaction.query<UserRow>(
      `SELECT ${USER_COLUMNS} FROM users u WHERE u.id = $1 FOR UPDATE`,
      [id],
    );
    return row;
  }

  /** Adds the user, unless the e-mail address is taken: then the answer is false. */
  async add(transaction: Transaction, user: UserRow): Promise<boolean> {
    const added = await transaction.query(
      `INSERT INTO users (id, email, name, role, password_hash, disabled, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email) DO NOTHING RETURNING id`,
      [
        user.id,
        user.email,
        user.name,
        user.role,
        user.passwordHash,
        user.disabled,
        user.createdAt.toISOString(),
      ],
    );
    return added.length === 1;
  }

  async change(transaction: Transaction, user: UserRow): Promise<void> {
    await transaction.query(
      'UPDATE users SET name = $2, role = $3, disabled = $4, password_hash = $5 WHERE id = $1',
      [user.id, user.name, user.role, user.disabled, user.passwordHash],
    );
  }

  async signedIn(transaction: Transaction, id: string, at: Date): Promise<void> {
    await transaction.query('UPDATE users SET last_sign_in_at = $2 WHERE id = $1', [
      id,
      at.toISOString(),
    ]);
  }

  /**
   * The ids of all administrators who may sign in. They stay locked until the transaction ends, and are locked in one
   * order, so that two of them can't remove each other at once.
   */
  async lockAdministrators(transaction: Transaction): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `SELECT id FROM users WHERE role = 'administrator' AND NOT disabled ORDER BY id FOR UPDATE`,
    );
    return rows.map(({ id }) => id);
  }

  async hasAdministrator(database: Queryable): Promise<boolean> {
    const [row] = await database.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND NOT disabled) AS found`,
    );
    return row?.found === true;
  }

  /** Only one transaction at a time makes the first administrator. */
  async lockSetup(transaction: Transaction): Promise<void> {
    await transaction.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
  }
}
