import type { Selection } from '@fleetmend/dashboard-api';
import type { SqlConditions } from '../../platform/paging';
import { addMachineFilter } from './machine-filter';

/**
 * Adds to `conditions` that the machine `m` is one of `selection`. Retired machines are in no selection; ids that are
 * none of a machine find nothing.
 */
export function addMachineSelection(
  conditions: SqlConditions,
  selection: Selection,
): SqlConditions {
  if (selection.type === 'machines') {
    conditions.add(() => 'm.retired_at IS NULL');
    return conditions.add((ids) => `m.id = ANY (${ids}::uuid[])`, selection.machineIds);
  }
  addMachineFilter(conditions, selection.filter);
  return conditions.add((ids) => `NOT m.id = ANY (${ids}::uuid[])`, selection.except);
}
