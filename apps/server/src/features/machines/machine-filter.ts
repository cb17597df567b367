import type { MachineFilter } from '@fleetmend/dashboard-api';
import { LITTLE_DISK_BYTES, normaliseErrorCode } from '@fleetmend/domain';
import { anywhere, SqlConditions } from '../../platform/paging';
import { chronicMachines } from '../effect';

/**
 * Adds what `filter` asks of the machine `m`. Retired machines match no filter. What depends on the time is asked for
 * `now`; left out = the database's own, which is that of the fleet.
 */
export function addMachineFilter(
  conditions: SqlConditions,
  filter: MachineFilter,
  now?: Date,
): SqlConditions {
  conditions.add(() => 'm.retired_at IS NULL');
  if (filter.search !== undefined && filter.search !== '') {
    conditions.add(
      (text) => `lower(m.hostname) LIKE ${text}`,
      anywhere(filter.search.toLowerCase()),
    );
  }
  if (filter.online !== undefined)
    conditions.add((online) => `m.online = ${online}`, filter.online);
  if (filter.failing !== undefined) {
    conditions.add(() => (filter.failing === true ? 'm.open_failures > 0' : 'm.open_failures = 0'));
  }
  if (filter.osFamily !== undefined) {
    conditions.add((family) => `m.os_family = ${family}`, filter.osFamily);
  }
  if (filter.fingerprintId !== undefined) {
    conditions.add(
      (id) => `m.id = ANY (ARRAY(SELECT machine_id FROM machine_fingerprints
                         WHERE fingerprint_id = ${id} AND state = 'open'))`,
      filter.fingerprintId,
    );
  }
  if (filter.code !== undefined && filter.code !== '') {
    conditions.add(
      (code) => `m.id = ANY (ARRAY(SELECT mf.machine_id FROM fingerprints f
                            JOIN machine_fingerprints mf ON mf.fingerprint_id = f.id AND mf.state = 'open'
                           WHERE f.code = ${code}))`,
      // A code that is none finds nothing.
      normaliseErrorCode(filter.code) ?? '',
    );
  }
  if (filter.duplicate !== undefined) {
    const pairs = `(SELECT newer_id FROM possible_duplicates WHERE state = 'open'
                    UNION SELECT older_id FROM possible_duplicates WHERE state = 'open')`;
    conditions.add(() => `m.id ${filter.duplicate === true ? 'IN' : 'NOT IN'} ${pairs}`);
  }
  if (filter.pendingRestart !== undefined) {
    conditions.add(
      (pending) => `coalesce(m.pending_restart, false) = ${pending}`,
      filter.pendingRestart,
    );
  }
  if (filter.lowDisk !== undefined) {
    // A machine that didn't tell has no little space.
    conditions.add(
      (low, limit) => `coalesce(m.free_system_disk_bytes < ${limit}::bigint, false) = ${low}`,
      filter.lowDisk,
      LITTLE_DISK_BYTES,
    );
  }
  addLabels(conditions, filter);
  if (filter.chronic !== undefined) {
    const are = filter.chronic ? 'IN' : 'NOT IN';
    conditions.add(
      (at) => `m.id ${are} (${chronicMachines(`coalesce(${at}::timestamptz, now())`)})`,
      now ?? null,
    );
  }
  return conditions;
}

/** What administrators said of machines, and their model. */
function addLabels(
  conditions: SqlConditions,
  { site, withoutSite, tag, model }: MachineFilter,
): void {
  if (site !== undefined && site !== '') {
    conditions.add((name) => `lower(m.site) = lower(${name})`, site);
  }
  if (withoutSite !== undefined) {
    conditions.add(() => (withoutSite ? 'm.site IS NULL' : 'm.site IS NOT NULL'));
  }
  if (model !== undefined && model !== '') {
    conditions.add((name) => `m.model = ${name}`, model);
  }
  for (const each of tag ?? []) {
    conditions.add(
      (name) => `m.id = ANY (ARRAY(SELECT machine_id FROM machine_tags WHERE tag = ${name}))`,
      each,
    );
  }
}
