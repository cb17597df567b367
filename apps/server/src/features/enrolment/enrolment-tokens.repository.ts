import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../../platform/database';

/** A token as stored; its secret only as a hash, which isn't read back. */
export interface TokenRow {
  readonly id: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly maximumUses: number | null;
  readonly uses: number;
  readonly revokedAt: Date | null;
  readonly site: string | null;
  readonly tags: string[];
}

const COLUMNS = `id, label, created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt",
  maximum_uses AS "maximumUses", uses, revoked_at AS "revokedAt", site, tags`;

@Injectable()
export class EnrolmentTokensRepository {
  all(database: Queryable): Promise<TokenRow[]> {
    return database.query<TokenRow>(
      `SELECT ${COLUMNS} FROM enrolment_tokens ORDER BY created_at DESC, id DESC`,
    );
  }

  async bySecret(database: Queryable, secretHash: Buffer): Promise<TokenRow | undefined> {
    const [row] = await database.query<TokenRow>(
      `SELECT ${COLUMNS} FROM enrolment_tokens WHERE secret_hash = $1`,
      [secretHash],
    );
    return row;
  }

  async add(transaction: Transaction, token: TokenRow, secretHash: Buffer): Promise<void> {
    await transaction.query(
      `INSERT INTO enrolment_tokens
         (id, label, secret_hash, created_at, created_by, expires_at, maximum_uses, site, tags)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        token.id,
        token.label,
        secretHash,
        token.createdAt.toISOString(),
        token.createdBy,
        token.expiresAt.toISOString(),
        token.maximumUses,
        token.site,
        token.tags,
      ],
    );
  }

  /**
   * Counts one use, if the token still counts. One statement: of two machines that come with the last use at once, the
   * second waits for the first and then sees that none is left.
   */
  async use(transaction: Transaction, id: string, now: Date): Promise<boolean> {
    const used = await transaction.query(
      `UPDATE enrolment_tokens SET uses = uses + 1
        WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2
          AND (maximum_uses IS NULL OR uses < maximum_uses)
        RETURNING id`,
      [id, now.toISOString()],
    );
    return used.length === 1;
  }

  /** Revokes a token that isn't revoked yet; answers it as it is afterwards, if there is one. */
  async revoke(transaction: Transaction, id: string, now: Date): Promise<TokenRow | undefined> {
    const [row] = await transaction.query<TokenRow>(
      `UPDATE enrolment_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
       RETURNING ${COLUMNS}`,
      [id, now.toISOString()],
    );
    return row;
  }

  async exists(database: Queryable, id: string): Promise<boolean> {
    const rows = await database.query('SELECT 1 FROM enrolment_tokens WHERE id = $1', [id]);
    return rows.length > 0;
  }
}
