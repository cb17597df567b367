import type { EnrolmentToken } from '@fleetmend/dashboard-api';
import type { TokenRow } from './enrolment-tokens.repository';

/** Why a token counts no more, or that it does, at the moment `now`. */
export function stateOf(token: TokenRow, now: Date): EnrolmentToken['state'] {
  if (token.revokedAt) return 'revoked';
  if (token.expiresAt <= now) return 'expired';
  return token.maximumUses !== null && token.uses >= token.maximumUses ? 'used-up' : 'active';
}

export function toEnrolmentToken(row: TokenRow, now: Date): EnrolmentToken {
  return {
    id: row.id,
    label: row.label,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt.toISOString(),
    maximumUses: row.maximumUses,
    uses: row.uses,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    state: stateOf(row, now),
    site: row.site,
    tags: row.tags,
  };
}
