import { Injectable } from '@nestjs/common';
import type { MachineFacets, MachineInventory, MachineQuery } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import type { Queryable } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';
import { addMachineFilter } from './machine-filter';

/** A machine with what is counted of it. */
export interface MachineRow {
  readonly id: string;
  readonly hostname: string;
  readonly domain: string | null;
  readonly online: boolean;
  readonly lastSeenAt: Date | null;
  readonly enrolledAt: Date;
  readonly retiredAt: Date | null;
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly osFamily: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly site: string | null;
  readonly tags: string[];
  readonly clientVersion: string | null;
  readonly openFailures: number;
  readonly fingerprintId: string | null;
  readonly code: string | null;
  readonly phase: string | null;
  readonly failedAt: Date | null;
  readonly activeRunId: string | null;
  readonly pendingRestart: boolean | null;
  readonly freeSystemDiskBytes: string | null;
  readonly possibleDuplicates: number;
}

export interface MachineDetailRow extends MachineRow {
  readonly inventory: MachineInventory | null;
  readonly inventoryAt: Date | null;
  readonly keyClonedAt: Date | null;
  readonly mergedIntoId: string | null;
}

export interface MachineFailureRow {
  readonly fingerprintId: string;
  readonly code: string;
  readonly phase: string;
  readonly update: string | null;
  readonly updateTitle: string | null;
  readonly state: 'open' | 'closed' | 'superseded';
  readonly occurrences: number;
  readonly lastSeenAt: Date;
}

const COLUMNS = `
  m.id, m.hostname, m.domain, m.online, m.last_seen_at AS "lastSeenAt", m.enrolled_at AS "enrolledAt",
  m.retired_at AS "retiredAt", m.os_name AS "osName", m.os_version AS "osVersion",
  m.os_family AS "osFamily", m.manufacturer, m.model, m.site,
  ARRAY(SELECT t.tag FROM machine_tags t WHERE t.machine_id = m.id ORDER BY t.tag) AS tags, m.client_version AS "clientVersion", m.open_failures AS "openFailures",
  newest.fingerprint_id AS "fingerprintId", newest.code, newest.phase, newest.last_seen_at AS "failedAt",
  (SELECT r.id FROM runs r WHERE r.machine_id = m.id AND r.state <> 'ended') AS "activeRunId",
  m.pending_restart AS "pendingRestart", m.free_system_disk_bytes AS "freeSystemDiskBytes",
  (SELECT count(*)::int FROM possible_duplicates d
    WHERE d.state = 'open' AND (d.newer_id = m.id OR d.older_id = m.id)) AS "possibleDuplicates"`;

const NEWEST_FAILURE = `
  LEFT JOIN LATERAL (
    SELECT mf.fingerprint_id, mf.last_seen_at, f.code, f.phase
      FROM machine_fingerprints mf JOIN fingerprints f ON f.id = mf.fingerprint_id
     WHERE mf.machine_id = m.id AND mf.state = 'open'
     ORDER BY mf.last_seen_at DESC, mf.fingerprint_id LIMIT 1) newest ON m.open_failures > 0`;

/** What each order compares. Keys are text, as PostgreSQL writes them, so that no row falls between two pages. */
const SORTS = {
  hostname: { key: 'lower(m.hostname)', type: 'text', order: 'ASC', after: '>' },
  'last-seen': {
    key: `coalesce(m.last_seen_at, '-infinity'::timestamptz)`,
    type: 'timestamptz',
    order: 'DESC',
    after: '<',
  },
  'open-failures': { key: 'm.open_failures', type: 'integer', order: 'DESC', after: '<' },
} as const;

const cursorSchema = z.tuple([z.string().max(400), z.uuid()]);

/** Reads machines with what belongs to them. */
@Injectable()
export class MachinesRepository {
  async page(
    database: Queryable,
    query: MachineQuery,
    now: Date,
  ): Promise<{ rows: (MachineRow & { sortKey: string })[]; total: number }> {
    const counted = addMachineFilter(new SqlConditions(), query, now);
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM machines m WHERE ${counted.sql}`,
      counted.parameters,
    );
    const { key, type, order, after } = SORTS[query.sort];
    const conditions = addMachineFilter(new SqlConditions(query.limit + 1), query, now);
    const cursor = decodeCursor(cursorSchema, query.cursor);
    if (cursor) {
      // Ids break ties in rising order, whatever the order of the key is.
      conditions.add(
        (last, id) =>
          order === 'ASC'
            ? `(${key}, m.id) > (${last}::${type}, ${id}::uuid)`
            : `${key} ${after}= ${last}::${type} AND (${key} ${after} ${last}::${type} OR m.id > ${id}::uuid)`,
        ...cursor,
      );
    }
    const rows = await database.query<MachineRow & { sortKey: string }>(
      `SELECT ${COLUMNS}, m."sortKey"
         FROM (SELECT m.*, (${key})::text AS "sortKey", row_number() OVER (ORDER BY ${key} ${order}, m.id) AS place
                 FROM machines m WHERE ${conditions.sql}
                ORDER BY ${key} ${order}, m.id LIMIT $1) m
         ${NEWEST_FAILURE}
        ORDER BY m.place`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** What filters can offer, with how many machines have it; most machines first. */
  async facets(database: Queryable): Promise<MachineFacets> {
    const facet = (key: string, from = 'machines m') =>
      database.query<{ name: string; machines: number }>(
        `SELECT min(${key}) AS name, count(*)::int AS machines FROM ${from}
          WHERE m.retired_at IS NULL AND ${key} IS NOT NULL
          GROUP BY ${key === 'm.site' ? `lower(${key})` : key} ORDER BY 2 DESC, 1 LIMIT 1000`,
      );
    const [osFamilies, sites, tags, models] = await Promise.all([
      facet('m.os_family'),
      facet('m.site'),
      facet('t.tag', 'machine_tags t JOIN machines m ON m.id = t.machine_id'),
      facet('m.model'),
    ]);
    return { osFamilies, sites, tags, models };
  }

  async find(database: Queryable, id: string): Promise<MachineDetailRow | undefined> {
    const [row] = await database.query<MachineDetailRow>(
      `SELECT ${COLUMNS}, m.inventory, m.inventory_at AS "inventoryAt",
              m.key_cloned_at AS "keyClonedAt", m.merged_into AS "mergedIntoId" FROM machines m ${NEWEST_FAILURE}
        WHERE m.id = $1`,
      [id],
    );
    return row;
  }

  /** Open ones first, the newest of each first. */
  async failures(database: Queryable, machineId: string): Promise<MachineFailureRow[]> {
    return database.query<MachineFailureRow>(
      `SELECT f.id AS "fingerprintId", f.code, f.phase, f.update, f.update_title AS "updateTitle", mf.state,
              mf.occurrences, mf.last_seen_at AS "lastSeenAt"
         FROM machine_fingerprints mf JOIN fingerprints f ON f.id = mf.fingerprint_id
        WHERE mf.machine_id = $1
        ORDER BY mf.state = 'open' DESC, mf.last_seen_at DESC, f.id LIMIT 500`,
      [machineId],
    );
  }
}
