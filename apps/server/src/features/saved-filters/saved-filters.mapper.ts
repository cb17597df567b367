import type { SavedFilter } from '@fleetmend/dashboard-api';
import type { Actor } from '../../platform/http';
import type { SavedFilterRow } from './saved-filters.repository';

/** Its owner may; of shared ones administrators, too. */
export function mayChange(row: SavedFilterRow, actor: Actor): boolean {
  if (actor.role === 'viewer') return false;
  return row.ownerId === actor.userId || (row.shared && actor.role === 'administrator');
}

export function toSavedFilter(row: SavedFilterRow, actor: Actor): SavedFilter {
  const { id, name, filter, shared, owner } = row;
  return {
    ...{ id, name, filter, shared, owner },
    canChange: mayChange(row, actor),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
