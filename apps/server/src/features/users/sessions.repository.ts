import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../../platform/database';
import { USER_COLUMNS, type UserRow } from './users.repository';

/** A session as stored. */
export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  /** SHA-256 of the secret in the cookie. */
  readonly secretHash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A session that counts, with its user. */
export interface LiveSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly user: UserRow;
}

@Injectable()
export class SessionsRepository {
  async add(transaction: Transaction, session: SessionRow): Promise<void> {
    await transaction.query(
      `INSERT INTO sessions (id, user_id, secret_hash, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      [
        session.id,
        session.userId,
        session.secretHash,
        session.createdAt.toISOString(),
        session.expiresAt.toISOString(),
      ],
    );
  }

  /** The session with this secret, if it hasn't expired and its user isn't disabled. */
  async live(database: Queryable, secretHash: Buffer, now: Date): Promise<LiveSession | undefined> {
    const [row] = await database.query<
      UserRow & { sessionId: string; sessionCreatedAt: Date; expiresAt: Date }
    >(
      `SELECT ${USER_COLUMNS}, s.id AS "sessionId", s.created_at AS "sessionCreatedAt",
              s.expires_at AS "expiresAt"
         FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.secret_hash = $1 AND s.expires_at > $2 AND NOT u.disabled`,
      [secretHash, now.toISOString()],
    );
    if (!row) return undefined;
    const { sessionId, sessionCreatedAt, expiresAt, ...user } = row;
    return { id: sessionId, createdAt: sessionCreatedAt, expiresAt, user };
  }

  /** Whether the session with this id still counts. */
  async isLive(database: Queryable, id: string, now: Date): Promise<boolean> {
    const rows = await database.query(
      `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.expires_at > $2 AND NOT u.disabled`,
      [id, now.toISOString()],
    );
    return rows.length > 0;
  }

  async extend(database: Queryable, id: string, expiresAt: Date): Promise<void> {
    await database.query('UPDATE sessions SET expires_at = $2 WHERE id = $1', [
      id,
      expiresAt.toISOString(),
    ]);
  }

  /** Ends the session with this secret; answers its id. */
  async end(transaction: Transaction, secretHash: Buffer): Promise<string[]> {
    return ids(
      await transaction.query('DELETE FROM sessions WHERE secret_hash = $1 RETURNING id', [
        secretHash,
      ]),
    );
  }

  /** Ends all sessions of a user, but for `except`; answers their ids. */
  async endOfUser(
    transaction: Transaction,
    userId: string,
    except: string | null,
  ): Promise<string[]> {
    return ids(
      await transaction.query(
        'DELETE FROM sessions WHERE user_id = $1 AND ($2::uuid IS NULL OR id <> $2) RETURNING id',
        [userId, except],
      ),
    );
  }

  /** Forgets sessions that are over. */
  async sweep(transaction: Transaction, now: Date): Promise<string[]> {
    return ids(
      await transaction.query('DELETE FROM sessions WHERE expires_at <= $1 RETURNING id', [
        now.toISOString(),
      ]),
    );
  }
}

function ids(rows: readonly object[]): string[] {
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}
