import { Injectable } from '@nestjs/common';
import { type HoldTime, MENDED_VERDICTS } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import { verdictList } from './decided-runs';

/**
 * How long mended failures stay away. A failure is watched from the end of its run until it comes back. It is watched no
 * longer when the watch period is over, the run is taken back, another run is made against the same failure on the
 * machine, or the machine was last seen.
 */
@Injectable()
export class HoldTimesRepository {
  async ofFingerprint(
    database: Queryable,
    fingerprintId: string,
    watch: { readonly now: Date; readonly days: number },
  ): Promise<HoldTime[]> {
    return database.query<HoldTime>(
      `WITH made AS (
         SELECT r.id, r.machine_id, r.verdict, r.ended_at,
                lead(r.created_at) OVER (
                  PARTITION BY r.machine_id ORDER BY r.created_at, r.id) AS next_at
           FROM runs r WHERE r.mode = 'execute' AND r.fingerprint_id = $3),
       undone AS (
         SELECT undoes, min(ended_at) AS at FROM runs
          WHERE undoes IS NOT NULL AND verdict = 'undone' GROUP BY 1),
       watched AS (
         SELECT r.ended_at, r.verdict = 'recurred' AS came_back,
                r.ended_at + make_interval(days => $2::int) AS watched_until,
                CASE WHEN r.verdict = 'recurred' THEN
                  (SELECT v.at FROM run_moves v WHERE v.run_id = r.id AND v.verdict = 'recurred'
                    ORDER BY v.run_id, v.id LIMIT 1)
                ELSE least(
                  $1::timestamptz, r.next_at, undone.at,
                  CASE WHEN m.online THEN $1::timestamptz ELSE coalesce(m.last_seen_at, r.ended_at) END)
                END AS until
           FROM made r JOIN machines m ON m.id = r.machine_id LEFT JOIN undone ON undone.undoes = r.id
          WHERE r.verdict IN (${verdictList([...MENDED_VERDICTS, 'recurred'])}))
       SELECT greatest(0, ceil(extract(epoch FROM least(until, watched_until) - ended_at) / 3600))::int AS hours,
              count(*) FILTER (WHERE came_back)::int AS "cameBack",
              count(*) FILTER (WHERE NOT came_back)::int AS lost
         FROM watched GROUP BY 1 ORDER BY 1`,
      [watch.now, watch.days, fingerprintId],
    );
  }
}
