import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../platform/database';

/** Which proofs were used, on whatever server. */
@Injectable()
export class UsedProofsRepository {
  /** Notes that these are used now, and are to be known until `forgetAt`; answers those that were not used before. */
  async use(database: Queryable, jtis: readonly string[], forgetAt: Date): Promise<string[]> {
    const fresh = await database.query<{ jti: string }>(
      `INSERT INTO used_proofs (jti, forget_at)
       SELECT DISTINCT jti, $2::timestamptz FROM unnest($1::uuid[]) AS given (jti) ORDER BY jti
       ON CONFLICT DO NOTHING RETURNING jti`,
      [jtis, forgetAt],
    );
    return fresh.map(({ jti }) => jti);
  }

  /** Forgets what can't count any more; answers how many. */
  async forget(database: Queryable, now: Date): Promise<number> {
    const [forgotten] = await database.query<{ count: number }>(
      `WITH forgotten AS (DELETE FROM used_proofs WHERE forget_at <= $1 RETURNING 1)
       SELECT count(*)::int AS count FROM forgotten`,
      [now],
    );
    return forgotten?.count ?? 0;
  }
}
