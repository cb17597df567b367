import { Injectable } from '@nestjs/common';
import type { CampaignTargetQuery } from '@fleetmend/dashboard-api';
import type {
  CampaignState,
  RunState,
  TargetExclusion,
  TargetRole,
  Verdict,
  VerdictLevel,
} from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { anywhere, decodeCursor, SqlConditions } from '../../platform/paging';

/** A target as it is made. */
export interface NewTarget {
  readonly machineId: string;
  readonly wave: number | null;
  readonly position: number;
  readonly role: TargetRole;
  readonly stratum: string;
  readonly exclusion: TargetExclusion | null;
}

/** So many targets of a wave that stand alike. */
export interface TargetGroup {
  readonly campaignId: string;
  readonly wave: number | null;
  readonly standing: 'pending' | 'in-flight' | 'ended';
  readonly verdict: Verdict | null;
  readonly level: VerdictLevel | null;
  readonly survivedRestart: boolean;
  readonly code: string | null;
  readonly machines: number;
}

/** A target with its newest run. */
export interface TargetRow {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly wave: number | null;
  readonly role: TargetRole;
  readonly exclusion: TargetExclusion | null;
  readonly standing: TargetGroup['standing'] | 'excluded' | 'held-out';
  readonly runState: RunState | null;
  readonly message: string | null;
  readonly attempt: number;
  readonly nextAttemptAt: Date | null;
  readonly runId: string | null;
  readonly verdict: Verdict | null;
  readonly level: VerdictLevel | null;
  readonly survivedRestart: boolean;
  readonly code: string | null;
  readonly sortKey: string;
}

/**
 * A target's standing: `in-flight` until it was decided that no other try follows, so that nothing is judged by an end
 * that isn't one. Then the verdict is that of its run, as it is now.
 */
const STANDING = `
  CASE WHEN t.exclusion IS NOT NULL THEN 'excluded'
       WHEN t.verdict IS NOT NULL THEN 'ended'
       WHEN t.role = 'hold-out' THEN 'held-out'
       WHEN t.pending THEN 'pending'
       WHEN t.settled THEN 'ended'
       ELSE 'in-flight' END`;
/** The newest try of a target `t`: a run that its machine began, and that has ended. Null where there is none. */
export const LAST_TRY = `(
  SELECT cr.run_id FROM campaign_runs cr JOIN runs tried ON tried.id = cr.run_id
   WHERE cr.campaign_id = t.campaign_id AND cr.machine_id = t.machine_id
     AND tried.state = 'ended' AND tried.events > 0
   ORDER BY tried.created_at DESC, cr.run_id DESC LIMIT 1)`;
/** A target `t` waits for no order any more; one that was tried stays with what came of that. */
export const OUT_OF_QUEUE = `
  pending = false, next_attempt_at = NULL, settled = settled OR ${LAST_TRY} IS NOT NULL,
  run_id = coalesce(${LAST_TRY}, run_id),
  attempt = CASE WHEN ${LAST_TRY} IS NULL THEN attempt ELSE greatest(attempt, 1) END`;
const VERDICT = `
  CASE WHEN t.verdict IS NOT NULL THEN t.verdict
       WHEN t.settled AND NOT t.pending
         THEN CASE WHEN EXISTS (SELECT 1 FROM runs u WHERE u.undoes = r.id AND u.verdict = 'undone')
                   THEN 'undone' ELSE r.verdict END END`;
/** All of a campaign's targets, each with what its newest run says. */
const TARGETS = `
  SELECT t.campaign_id, t.machine_id, t.wave, t.position, t.role, t.exclusion, t.attempt, t.next_attempt_at, t.run_id,
         coalesce(t.message, r.message) AS message, r.state AS run_state, r.level, r.verdict_code AS code,
         r.restart_survived_at IS NOT NULL AS survived_restart, ${STANDING} AS standing, ${VERDICT} AS verdict
    FROM campaign_targets t LEFT JOIN runs r ON r.id = t.run_id
   WHERE t.campaign_id = ANY ($1::uuid[])`;
const ROW = `
  s.machine_id AS "machineId", coalesce(m.hostname, '') AS hostname, coalesce(m.online, false) AS online, s.wave, s.role,
  s.exclusion, s.standing, s.run_state AS "runState", s.message, s.attempt, s.next_attempt_at AS "nextAttemptAt",
  s.run_id AS "runId", s.verdict, s.level, s.survived_restart AS "survivedRestart", s.code`;

const cursorSchema = z.tuple([z.string().max(60), z.uuid()]);
/** In the order of waves; those without a wave last. */
const SORT_KEY = `lpad(coalesce(s.wave, 999999)::text, 6, '0') || lpad(s.position::text, 9, '0')`;

@Injectable()
export class CampaignTargetsRepository {
  async add(
    transaction: Transaction,
    campaignId: string,
    targets: readonly NewTarget[],
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO campaign_targets (campaign_id, machine_id, wave, position, role, stratum, exclusion, pending,
                                     joined_at)
       SELECT $1, "machineId", wave, position, role, stratum, exclusion, wave IS NOT NULL, $3
         FROM json_to_recordset($2::json) AS t ("machineId" uuid, wave int, position int, role text, stratum text,
                                                exclusion text)
       ON CONFLICT (campaign_id, machine_id) DO NOTHING`,
      [campaignId, JSON.stringify(targets), now],
    );
  }

  /** Everyone who takes part, counted by how they stand; those left out and held out are not among them. */
  groups(database: Queryable, campaignIds: readonly string[]): Promise<TargetGroup[]> {
    return database.query<TargetGroup>(
      `SELECT s.campaign_id AS "campaignId", s.wave, s.standing, s.verdict, s.level, s.survived_restart AS "survivedRestart", s.code,
              count(*)::int AS machines
         FROM (${TARGETS}) s WHERE s.standing NOT IN ('excluded', 'held-out')
        GROUP BY 1, 2, 3, 4, 5, 6, 7`,
      [campaignIds],
    );
  }

  /** Every run that ever was, counted by how it ended; one that has not ended has no verdict. */
  runGroups(database: Queryable, campaignIds: readonly string[]): Promise<TargetGroup[]> {
    return database.query<TargetGroup>(
      `SELECT cr.campaign_id AS "campaignId", cr.wave, CASE WHEN r.state = 'ended' THEN 'ended' ELSE 'in-flight' END AS standing, r.verdict, r.level,
              r.restart_survived_at IS NOT NULL AS "survivedRestart", r.verdict_code AS code, count(*)::int AS machines
         FROM campaign_runs cr JOIN runs r ON r.id = cr.run_id
        WHERE cr.campaign_id = ANY ($1::uuid[])
        GROUP BY 1, 2, 3, 4, 5, 6, 7`,
      [campaignIds],
    );
  }

  exclusions(
    database: Queryable,
    campaignId: string,
  ): Promise<{ exclusion: TargetExclusion; machines: number }[]> {
    return database.query(
      `SELECT exclusion, count(*)::int AS machines FROM campaign_targets
        WHERE campaign_id = $1 AND exclusion IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
      [campaignId],
    );
  }

  /** Machines held out, and how many of them recovered by themselves since they were. */
  async heldOut(
    database: Queryable,
    campaignId: string,
    fingerprintId: string | null,
  ): Promise<{ machines: number; recovered: number }> {
    const [row] = await database.query<{ machines: number; recovered: number }>(
      `SELECT count(*)::int AS machines, count(mf.machine_id)::int AS recovered
         FROM campaign_targets t
         LEFT JOIN machine_fingerprints mf
           ON mf.machine_id = t.machine_id AND mf.fingerprint_id = $2 AND mf.state <> 'open'
        WHERE t.campaign_id = $1 AND t.role = 'hold-out'`,
      [campaignId, fingerprintId],
    );
    return row ?? { machines: 0, recovered: 0 };
  }

  /** Every target, in the order of the waves. */
  everyone(database: Queryable, campaignId: string): Promise<TargetRow[]> {
    return database.query<TargetRow>(
      `SELECT ${ROW}, ${SORT_KEY} AS "sortKey" FROM (${TARGETS}) s LEFT JOIN machines m ON m.id = s.machine_id
        ORDER BY ${SORT_KEY}, s.machine_id`,
      [[campaignId]],
    );
  }

  async page(
    database: Queryable,
    campaignId: string,
    query: CampaignTargetQuery,
  ): Promise<{ rows: TargetRow[]; total: number }> {
    const counted = filter(new SqlConditions([campaignId]), query);
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM (${TARGETS}) s LEFT JOIN machines m ON m.id = s.machine_id
        WHERE ${counted.sql}`,
      counted.parameters,
    );
    const conditions = filter(new SqlConditions([campaignId], query.limit + 1), query);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add((key, id) => `(${SORT_KEY}, s.machine_id) > (${key}, ${id}::uuid)`, ...after);
    }
    const rows = await database.query<TargetRow>(
      `SELECT ${ROW}, ${SORT_KEY} AS "sortKey" FROM (${TARGETS}) s LEFT JOIN machines m ON m.id = s.machine_id
        WHERE ${conditions.sql} ORDER BY ${SORT_KEY}, s.machine_id LIMIT $2`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  /** Those that took part and have ended, in the order in which they did. */
  inOrderOfEnd(
    database: Queryable,
    campaignId: string,
  ): Promise<
    (Pick<TargetRow, 'verdict' | 'level' | 'survivedRestart' | 'code'> & {
      readonly wave: number;
    })[]
  > {
    return database.query(
      `SELECT s.wave, s.verdict, s.level, s.survived_restart AS "survivedRestart", s.code
         FROM (${TARGETS}) s LEFT JOIN runs r ON r.id = s.run_id
        WHERE s.standing = 'ended' AND s.wave IS NOT NULL
        ORDER BY s.wave, coalesce(r.ended_at, 'infinity'), s.machine_id`,
      [[campaignId]],
    );
  }

  /** Where a machine takes part, newest first; campaigns that left it out are not among them. */
  async ofMachine(
    database: Queryable,
    machineId: string,
  ): Promise<
    (TargetRow & {
      readonly campaignId: string;
      readonly name: string;
      readonly campaignState: CampaignState;
    })[]
  > {
    return database.query(
      `SELECT ${ROW}, s.campaign_id AS "campaignId", c.name, c.state AS "campaignState"
         FROM (${TARGETS}) s
         JOIN campaigns c ON c.id = s.campaign_id
         LEFT JOIN machines m ON m.id = s.machine_id
        WHERE s.machine_id = $2 AND s.exclusion IS NULL
        ORDER BY c.created_at DESC, c.id LIMIT 50`,
      [await this.campaignsOf(database, machineId), machineId],
    );
  }

  private async campaignsOf(database: Queryable, machineId: string): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      'SELECT campaign_id AS id FROM campaign_targets WHERE machine_id = $1',
      [machineId],
    );
    return rows.map(({ id }) => id);
  }

  /** Machines that are in the campaign already, in whatever role. */
  async known(database: Queryable, campaignId: string): Promise<Set<string>> {
    const rows = await database.query<{ id: string }>(
      'SELECT machine_id AS id FROM campaign_targets WHERE campaign_id = $1',
      [campaignId],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Ends waiting targets; answers how many. How one ended that was tried before and waited for another try is what came
   * of that try: it must not vanish behind a queue that it never got out of.
   */
  async close(
    transaction: Transaction,
    campaignId: string,
    which: { readonly wave: number | null; readonly machineIds?: readonly string[] },
    how: { readonly verdict: Verdict; readonly message: string },
  ): Promise<number> {
    const closed = await transaction.query(
      `UPDATE campaign_targets t
          SET ${OUT_OF_QUEUE}, verdict = CASE WHEN ${LAST_TRY} IS NULL THEN $3 END,
              message = CASE WHEN ${LAST_TRY} IS NULL THEN $4 END
        WHERE campaign_id = $1 AND pending AND ($2::int IS NULL OR wave = $2)
          AND ($5::uuid[] IS NULL OR machine_id = ANY ($5)) RETURNING machine_id`,
      [campaignId, which.wave, how.verdict, how.message, which.machineIds ?? null],
    );
    return closed.length;
  }

  /** Puts these targets of a wave back into the queue, as if they had not been tried; answers how many. */
  async again(
    transaction: Transaction,
    campaignId: string,
    wave: number,
    machineIds: readonly string[],
  ): Promise<number> {
    const back = await transaction.query(
      `UPDATE campaign_targets
          SET pending = true, settled = false, attempt = 0, offers = 0, verdict = NULL, message = NULL,
              next_attempt_at = NULL
        WHERE campaign_id = $1 AND wave = $2 AND machine_id = ANY ($3::uuid[]) AND NOT pending RETURNING machine_id`,
      [campaignId, wave, machineIds],
    );
    return back.length;
  }

  /** The last ones that have not begun: of the last wave first. */
  async lastPending(database: Queryable, campaignId: string, limit: number): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT machine_id AS id FROM campaign_targets t
        WHERE campaign_id = $1 AND pending AND attempt = 0 AND ${LAST_TRY} IS NULL
        ORDER BY wave DESC, position DESC LIMIT $2`,
      [campaignId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Machines that were held out join a wave. */
  async release(transaction: Transaction, campaignId: string, wave: number): Promise<number> {
    const released = await transaction.query(
      `UPDATE campaign_targets SET role = 'member', wave = $2, pending = true
        WHERE campaign_id = $1 AND role = 'hold-out' RETURNING machine_id`,
      [campaignId, wave],
    );
    return released.length;
  }
}

function filter(conditions: SqlConditions, query: CampaignTargetQuery): SqlConditions {
  if (query.wave !== undefined) conditions.add((wave) => `s.wave = ${wave}`, query.wave);
  const standings: Partial<Record<CampaignTargetQuery['state'], string>> = {
    excluded: 'excluded',
    queued: 'pending',
    active: 'in-flight',
    ended: 'ended',
    'held-out': 'held-out',
  };
  const standing = standings[query.state];
  if (standing !== undefined) conditions.add((value) => `s.standing = ${value}`, standing);
  if (query.verdict !== undefined) {
    conditions.add((verdict) => `s.verdict = ${verdict}`, query.verdict);
  }
  if (query.code !== undefined) {
    conditions.add((code) => `coalesce(s.code, '') = ${code}`, query.code);
  }
  if (query.search !== undefined && query.search !== '') {
    conditions.add(
      (text) => `lower(m.hostname) LIKE ${text}`,
      anywhere(query.search.toLowerCase()),
    );
  }
  return conditions;
}
