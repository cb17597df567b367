import { Injectable } from '@nestjs/common';
import { MENDED_VERDICTS } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import { verdictList } from './decided-runs';

/** Mended failures that were watched for so many hours and then came back, or were watched no longer. */
export interface HoldTime {
  readonly playbook: string;
  readonly hours: number;
  readonly cameBack: number;
  readonly lost: number;
}

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
    return this.find(database, 'r.fingerprint_id = $3', [watch.now, watch.days, fingerprintId]);
  }

  async ofPlaybooks(
    database: Queryable,
    watch: { readonly now: Date; readonly days: number },
  ): Promise<HoldTime[]> {
    return this.find(database, 'r.fingerprint_id IS NOT NULL', [watch.now, watch.days]);
  }

  private async find(
    database: Queryable,
    which: string,
    parameters: readonly unknown[],
  ): Promise<HoldTime[]> {
    return database.query<HoldTime>(
      `WITH watched AS (
         SELECT r.playbook, r.ended_at, r.verdict = 'recurred' AS came_back,
                r.ended_at + make_interval(days => $2::int) AS watched_until,
                CASE WHEN r.verdict = 'recurred' THEN
                  (SELECT min(v.at) FROM run_moves v WHERE v.run_id = r.id AND v.verdict = 'recurred')
                ELSE least(
                  $1::timestamptz,
                  CASE WHEN m.online THEN $1::timestamptz ELSE coalesce(m.last_seen_at, r.ended_at) END,
                  (SELECT min(u.ended_at) FROM runs u WHERE u.undoes = r.id AND u.verdict = 'undone'),
                  (SELECT min(n.created_at) FROM runs n
                    WHERE n.machine_id = r.machine_id AND n.fingerprint_id = r.fingerprint_id
                      AND n.mode = 'execute' AND n.created_at > r.created_at))
                END AS until
           FROM runs r JOIN machines m ON m.id = r.machine_id
          WHERE r.mode = 'execute' AND r.verdict IN (${verdictList([...MENDED_VERDICTS, 'recurred'])})
            AND ${which})
       SELECT playbook,
              greatest(0, ceil(extract(epoch FROM least(until, watched_until) - ended_at) / 3600))::int AS hours,
              count(*) FILTER (WHERE came_back)::int AS "cameBack",
              count(*) FILTER (WHERE NOT came_back)::int AS lost
         FROM watched GROUP BY 1, 2 ORDER BY 1, 2`,
      parameters,
    );
  }
}
