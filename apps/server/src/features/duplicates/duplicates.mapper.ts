import type { PossibleDuplicate } from '@fleetmend/dashboard-api';
import type { PairRow } from './duplicates.repository';

export function toPossibleDuplicate(row: PairRow): PossibleDuplicate {
  const { id, kind, evidence, state, decidedBy, keptId, newer, older } = row;
  return {
    ...{ id, kind, evidence: [...evidence], state, decidedBy, keptId, newer, older },
    firstSeenAt: row.firstSeenAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
