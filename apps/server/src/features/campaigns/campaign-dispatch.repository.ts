import { Injectable } from '@nestjs/common';
import type { Verdict } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';
import type { MadeRun } from '../runs';
import { LAST_TRY, OUT_OF_QUEUE } from './campaign-targets.repository';

/** A target whose run has ended, and of which it is not decided yet whether another try follows. */
export interface EndedTarget {
  readonly machineId: string;
  readonly attempt: number;
  readonly offers: number;
  readonly verdict: Verdict;
  readonly code: string | null;
  /** Whether the machine began. */
  readonly begun: boolean;
  /** Whether a person skipped its wave: then nothing more is ordered in it. */
  readonly isSkipped: boolean;
}

/** What follows for such a target. */
export interface Settlement {
  readonly machineId: string;
  readonly attempt: number;
  readonly offers: number;
  readonly pending: boolean;
  /** Whether the machine began the run that has ended. */
  readonly begun: boolean;
  readonly nextAttemptAt: Date | null;
}

/** How much room there is, and for whom. */
export interface Room {
  readonly now: Date;
  readonly limit: number;
  /** Null = machines of every zone; else those whose own time zone is one of these. */
  readonly zones: readonly string[] | null;
  readonly fingerprintId: string | null;
  /** The most runs at once on machines of one site; null = no limit. */
  readonly siteConcurrency: number | null;
  /** The most of a site's machines at once, in percent; null = no limit. */
  readonly sitePercent: number | null;
}

/** All campaigns and policies that dispatch wait for each other, so that what they share is never given out twice. */
const DISPATCH_LOCK = 0x666d_0020;
/**
 * A machine that let an order expire may have begun it unheard. Once it is back it has so long to tell, in minutes: while
 * it is connected, it was last seen when it connected.
 */
const OUTBOX_MINUTES = 2;
/** A run that only waits whether the failure comes back takes up no room. */
const AT_WORK = `r.state NOT IN ('ended', 'soaking')`;

@Injectable()
export class CampaignDispatchRepository {
  /** Runs that ended since; the campaign's row is locked, so nobody else writes its targets. */
  ended(transaction: Transaction, campaignId: string): Promise<EndedTarget[]> {
    return transaction.query<EndedTarget>(
      `SELECT t.machine_id AS "machineId", t.attempt, t.offers, r.verdict, r.verdict_code AS code,
              r.events > 0 AS begun, w.state = 'skipped' AS "isSkipped"
         FROM campaign_targets t JOIN runs r ON r.id = t.run_id
         JOIN campaign_waves w ON w.campaign_id = t.campaign_id AND w.number = t.wave
        WHERE t.campaign_id = $1 AND NOT t.settled AND NOT t.pending AND t.verdict IS NULL AND r.state = 'ended'
        ORDER BY t.machine_id`,
      [campaignId],
    );
  }

  async settle(
    transaction: Transaction,
    campaignId: string,
    settlements: readonly Settlement[],
  ): Promise<void> {
    if (settlements.length === 0) return;
    await transaction.query(
      `UPDATE campaign_targets t
          SET attempt = CASE WHEN s.begun OR s.pending OR ${LAST_TRY} IS NULL
                             THEN s.attempt ELSE greatest(s.attempt, 1) END,
              offers = s.offers, pending = s.pending, settled = NOT s.pending,
              -- What was never begun and won't be any more says nothing: what counts is the try before it.
              run_id = CASE WHEN s.begun OR s.pending THEN t.run_id ELSE coalesce(${LAST_TRY}, t.run_id) END,
              next_attempt_at = s."nextAttemptAt"
         FROM json_to_recordset($2::json) AS s ("machineId" uuid, attempt int, offers int, pending boolean,
                                                begun boolean, "nextAttemptAt" timestamptz)
        WHERE t.campaign_id = $1 AND t.machine_id = s."machineId"`,
      [campaignId, JSON.stringify(settlements)],
    );
  }

  /**
   * Takes targets out of the queue that have nothing to be ordered for any more: their earlier try turned out well
   * after all, or their machine is retired.
   */
  async leaveQueue(transaction: Transaction, campaignId: string): Promise<void> {
    // An order that its machine had begun after all, though it seemed to have expired, was its try: no second one.
    await transaction.query(
      `UPDATE campaign_targets t SET pending = false, settled = false, offers = 0, next_attempt_at = NULL
         FROM runs r
        WHERE t.campaign_id = $1 AND t.pending AND t.offers > 0 AND r.id = t.run_id AND r.events > 0`,
      [campaignId],
    );
    await transaction.query(
      `UPDATE campaign_targets t SET pending = false, settled = true, next_attempt_at = NULL
         FROM runs r
        WHERE t.campaign_id = $1 AND t.pending AND r.id = t.run_id AND r.verdict IN ('fixed', 'superseded', 'done')`,
      [campaignId],
    );
    await transaction.query(
      `UPDATE campaign_targets t
          SET pending = false, verdict = 'skipped', message = 'The machine was retired.', next_attempt_at = NULL
         FROM machines m
        WHERE t.campaign_id = $1 AND t.pending AND m.id = t.machine_id AND m.retired_at IS NOT NULL`,
      [campaignId],
    );
  }

  /** From now to the end of the transaction no other campaign and no policy gives anything out. */
  async lockDispatch(transaction: Transaction): Promise<void> {
    await transaction.query('SELECT pg_advisory_xact_lock($1, 0)', [DISPATCH_LOCK]);
  }

  /** Runs at work in this campaign, and in all that campaigns and policies made. */
  async atWork(
    transaction: Transaction,
    campaignId: string | null,
  ): Promise<{ campaign: number; fleet: number }> {
    const [row] = await transaction.query<{ campaign: number; fleet: number }>(
      `SELECT count(*) FILTER (WHERE cr.campaign_id = $1::uuid)::int AS campaign, count(*)::int AS fleet
         FROM runs r LEFT JOIN campaign_runs cr ON cr.run_id = r.id LEFT JOIN policy_runs pr ON pr.run_id = r.id
        WHERE ${AT_WORK} AND (cr.run_id IS NOT NULL OR pr.run_id IS NOT NULL)`,
      [campaignId],
    );
    return row ?? { campaign: 0, fleet: 0 };
  }

  /** The time zones of machines that wait in waves up to `wave`. */
  async zones(database: Queryable, campaignId: string, wave: number): Promise<string[]> {
    const rows = await database.query<{ zone: string }>(
      `SELECT DISTINCT m.time_zone AS zone FROM campaign_targets t JOIN machines m ON m.id = t.machine_id
        WHERE t.campaign_id = $1 AND t.pending AND t.wave <= $2 AND m.time_zone IS NOT NULL ORDER BY 1`,
      [campaignId, wave],
    );
    return rows.map(({ zone }) => zone);
  }

  /**
   * Ends waiting targets of waves up to `wave` whose failure has gone by itself, so that nobody mends what is not
   * broken; answers how many.
   */
  async closeRecovered(
    transaction: Transaction,
    campaignId: string,
    wave: number,
    fingerprintId: string,
  ): Promise<number> {
    const closed = await transaction.query(
      `UPDATE campaign_targets t
          SET ${OUT_OF_QUEUE}, verdict = CASE WHEN ${LAST_TRY} IS NULL THEN 'recovered-untreated' END,
              message = CASE WHEN ${LAST_TRY} IS NULL
                             THEN 'The failure went away by itself before its turn came.' END
        WHERE t.campaign_id = $1 AND t.pending AND t.wave <= $2
          AND NOT EXISTS (SELECT 1 FROM machine_fingerprints mf
                           WHERE mf.machine_id = t.machine_id AND mf.fingerprint_id = $3 AND mf.state = 'open')
        RETURNING t.machine_id`,
      [campaignId, wave, fingerprintId],
    );
    return closed.length;
  }

  /** Whose turn it is: connected, idle, in the order of the waves, no more than there is room for. */
  async next(
    transaction: Transaction,
    campaignId: string,
    wave: number,
    room: Room,
  ): Promise<{ machineId: string; wave: number }[]> {
    return transaction.query(
      `WITH ready AS (
         SELECT t.machine_id, t.wave, t.position, lower(m.site) AS site
           FROM campaign_targets t JOIN machines m ON m.id = t.machine_id
          WHERE t.campaign_id = $1 AND t.pending AND t.wave <= $2 AND m.online AND m.retired_at IS NULL
            AND (t.next_attempt_at IS NULL OR t.next_attempt_at <= $3)
            AND (t.offers = 0 OR m.last_seen_at <= $3 - interval '${OUTBOX_MINUTES} minutes')
            AND ($5::text[] IS NULL OR m.time_zone = ANY ($5))
            AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.machine_id = t.machine_id AND r.state <> 'ended')),
       sites AS (
         SELECT s.site,
                least(
                  $6::int - (SELECT count(*) FROM campaign_runs cr JOIN runs r ON r.id = cr.run_id
                               JOIN machines m ON m.id = cr.machine_id
                              WHERE cr.campaign_id = $1 AND ${AT_WORK} AND lower(m.site) = s.site),
                  -- "greatest" would take no limit for one machine.
                  CASE WHEN $7::int IS NOT NULL THEN
                    greatest(1, (SELECT count(*) FROM machines m
                                  WHERE lower(m.site) = s.site AND m.retired_at IS NULL) * $7::int / 100)
                      - (SELECT count(*) FROM runs r JOIN machines m ON m.id = r.machine_id
                          WHERE ${AT_WORK} AND lower(m.site) = s.site) END) AS room
           FROM (SELECT DISTINCT site FROM ready
                  WHERE site IS NOT NULL AND ($6::int IS NOT NULL OR $7::int IS NOT NULL)) s),
       ranked AS (
         SELECT ready.*, sites.room,
                row_number() OVER (PARTITION BY ready.site ORDER BY ready.wave, ready.position) AS place
           FROM ready LEFT JOIN sites USING (site))
       SELECT machine_id AS "machineId", wave FROM ranked
        WHERE room IS NULL OR place <= room
        ORDER BY wave, position LIMIT $4`,
      [
        ...[campaignId, wave, room.now, room.limit, room.zones],
        ...[room.siteConcurrency, room.sitePercent],
      ],
    );
  }

  /** Notes which runs were made for which targets; those for whom none could be made are asked again later. */
  async ordered(
    transaction: Transaction,
    order: {
      readonly campaignId: string;
      readonly wave: number;
      readonly waveAttempt: number;
      readonly playbookVersion: number;
      readonly made: readonly MadeRun[];
      readonly notMade: readonly string[];
      readonly askAgainAt: Date;
    },
  ): Promise<void> {
    const made = JSON.stringify(order.made);
    await transaction.query(
      `WITH made AS (SELECT * FROM json_to_recordset($2::json) AS m (id uuid, "machineId" uuid)),
       ordered AS (
         UPDATE campaign_targets t SET pending = false, settled = false, run_id = made.id, next_attempt_at = NULL
           FROM made WHERE t.campaign_id = $1 AND t.machine_id = made."machineId"
         RETURNING t.run_id, t.machine_id, t.attempt)
       INSERT INTO campaign_runs (run_id, campaign_id, machine_id, wave, wave_attempt, attempt, playbook_version)
       SELECT run_id, $1, machine_id, $3, $4, attempt + 1, $5 FROM ordered`,
      [order.campaignId, made, order.wave, order.waveAttempt, order.playbookVersion],
    );
    if (order.notMade.length === 0) return;
    await transaction.query(
      `UPDATE campaign_targets SET next_attempt_at = $3
        WHERE campaign_id = $1 AND machine_id = ANY ($2::uuid[]) AND pending`,
      [order.campaignId, order.notMade, order.askAgainAt],
    );
  }

  /**
   * Machines that were treated so far and machines that wait, each with how many of them have recovered. Waiting are
   * those of later waves and those held out, and a machine counts as recovered when its failure is not open any more.
   */
  async compared(
    database: Queryable,
    campaignId: string,
    fingerprintId: string,
  ): Promise<{
    treated: number;
    treatedRecovered: number;
    waiting: number;
    waitingRecovered: number;
  }> {
    const [row] = await database.query<{
      treated: number;
      treatedRecovered: number;
      waiting: number;
      waitingRecovered: number;
    }>(
      `SELECT count(*) FILTER (WHERE s.treated)::int AS treated,
              count(*) FILTER (WHERE s.treated AND NOT s.open)::int AS "treatedRecovered",
              count(*) FILTER (WHERE NOT s.treated)::int AS waiting,
              count(*) FILTER (WHERE NOT s.treated AND NOT s.open)::int AS "waitingRecovered"
         FROM (SELECT r.id IS NOT NULL AS treated,
                      EXISTS (SELECT 1 FROM machine_fingerprints mf
                               WHERE mf.machine_id = t.machine_id AND mf.fingerprint_id = $2
                                 AND mf.state = 'open') AS open
                 FROM campaign_targets t
                 LEFT JOIN runs r ON r.id = t.run_id AND r.state = 'ended' AND t.settled
                      AND r.verdict NOT IN ('expired', 'cancelled', 'skipped')
                WHERE t.campaign_id = $1 AND t.exclusion IS NULL
                  AND (r.id IS NOT NULL OR t.role = 'hold-out' OR t.verdict = 'recovered-untreated'
                       OR (t.pending AND t.attempt = 0))) s`,
      [campaignId, fingerprintId],
    );
    return row ?? { treated: 0, treatedRecovered: 0, waiting: 0, waitingRecovered: 0 };
  }
}
