import { Injectable } from '@nestjs/common';
import { MOST_TAGS, type Selection } from '@fleetmend/dashboard-api';
import type { Transaction } from '../../platform/database';
import { SqlConditions } from '../../platform/paging';
import { addMachineSelection } from './machine-selection';

/** How many of some machines have which label. */
export interface LabelCounts {
  /** By site; machines without one are not counted. */
  readonly sites: Readonly<Record<string, number>>;
  /** By tag, of those that were asked for. */
  readonly tags: Readonly<Record<string, number>>;
}

/** Site and tags of machines. */
@Injectable()
export class MachineLabelsRepository {
  /** The machines of `selection`, in the order of their ids; their rows are locked until the transaction ends. */
  async lock(transaction: Transaction, selection: Selection): Promise<string[]> {
    const conditions = addMachineSelection(new SqlConditions(), selection);
    const found = await transaction.query<{ id: string }>(
      `SELECT m.id FROM machines m WHERE ${conditions.sql} ORDER BY m.id FOR NO KEY UPDATE`,
      conditions.parameters,
    );
    return found.map(({ id }) => id);
  }

  async counts(
    transaction: Transaction,
    machineIds: readonly string[],
    tags: readonly string[],
  ): Promise<LabelCounts> {
    const [counts] = await transaction.query<LabelCounts>(
      `SELECT (SELECT coalesce(json_object_agg(site, n), '{}') FROM (
                 SELECT site, count(*) AS n FROM machines
                  WHERE id = ANY ($1::uuid[]) AND site IS NOT NULL GROUP BY site ORDER BY site) s) AS sites,
              (SELECT coalesce(json_object_agg(tag, n), '{}') FROM (
                 SELECT asked.tag, count(t.tag) AS n FROM unnest($2::text[]) AS asked (tag)
                   LEFT JOIN machine_tags t ON t.tag = asked.tag AND t.machine_id = ANY ($1::uuid[])
                  GROUP BY asked.tag ORDER BY asked.tag) t) AS tags`,
      [machineIds, tags],
    );
    if (!counts) throw new Error('A count has no row.');
    return counts;
  }

  /** Answers the machines that didn't have all of them. */
  async addTags(
    transaction: Transaction,
    machineIds: readonly string[],
    tags: readonly string[],
  ): Promise<string[]> {
    const added = await transaction.query<{ id: string }>(
      `INSERT INTO machine_tags (machine_id, tag)
       SELECT id, tag FROM unnest($1::uuid[]) AS m (id), unnest($2::text[]) AS t (tag)
       ON CONFLICT DO NOTHING RETURNING machine_id AS id`,
      [machineIds, tags],
    );
    return added.map(({ id }) => id);
  }

  /** Answers the machines that had one of them. */
  async removeTags(
    transaction: Transaction,
    machineIds: readonly string[],
    tags: readonly string[],
  ): Promise<string[]> {
    const removed = await transaction.query<{ id: string }>(
      `DELETE FROM machine_tags WHERE machine_id = ANY ($1::uuid[]) AND tag = ANY ($2::text[])
       RETURNING machine_id AS id`,
      [machineIds, tags],
    );
    return removed.map(({ id }) => id);
  }

  /** The names of the first few of these machines that have more tags than they may, and how many there are. */
  async overTagged(
    transaction: Transaction,
    machineIds: readonly string[],
  ): Promise<{ readonly hostname: string; readonly machines: number } | undefined> {
    const [first] = await transaction.query<{ hostname: string; machines: number }>(
      `SELECT m.hostname, count(*) OVER ()::int AS machines FROM machines m
        WHERE m.id = ANY ($1::uuid[])
          AND (SELECT count(*) FROM machine_tags t WHERE t.machine_id = m.id) > ${MOST_TAGS}
        ORDER BY lower(m.hostname) LIMIT 1`,
      [machineIds],
    );
    return first;
  }

  /**
   * Puts the machines at a site, or at none; answers those that weren't there. Other machines that are at the site
   * already say how its name is written.
   */
  async setSite(
    transaction: Transaction,
    machineIds: readonly string[],
    site: string | null,
  ): Promise<string[]> {
    // Of two that name a new site at once, the second is to find the spelling of the first.
    await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('fleetmend.sites'))`);
    const moved = await transaction.query<{ id: string }>(
      `WITH spelling AS (
         SELECT coalesce((SELECT o.site FROM machines o
                           WHERE lower(o.site) = lower($2::text) AND o.retired_at IS NULL
                             AND NOT o.id = ANY ($1::uuid[]) LIMIT 1), $2::text) AS site)
       UPDATE machines m SET site = spelling.site FROM spelling
        WHERE m.id = ANY ($1::uuid[]) AND m.site IS DISTINCT FROM spelling.site
       RETURNING m.id`,
      [machineIds, site],
    );
    return moved.map(({ id }) => id);
  }
}
