import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../platform/database';

/** What machines load again and set aside when SoftwareDistribution is reset, as far as they told. */
export interface BytesEstimate {
  readonly downloadedAgain: number;
  readonly setAside: number;
  readonly machinesThatTold: number;
}

/** How long runs of a playbook took, from their order to their verdict. */
export interface RunDuration {
  /** Half of them took no longer. */
  readonly minutes: number;
  readonly runs: number;
}

const RUNS_LOOKED_AT = 500;

@Injectable()
export class EstimatesRepository {
  /**
   * Each machine is taken to hold what it held when it was last measured: before a reset, or else the newest folder that
   * it has set aside. All that is set aside is at most downloaded again. Machines that never told are taken to hold what
   * the others hold on average.
   */
  async bytes(database: Queryable, machineIds: readonly string[]): Promise<BytesEstimate | null> {
    const [told] = await database.query<{ machines: number; average: number }>(
      `SELECT count(*)::int AS machines, avg(newest.bytes)::float8 AS average
         FROM machines m
         CROSS JOIN LATERAL (
           SELECT bytes FROM (
             SELECT (s.details ->> 'bytes')::float8 AS bytes,
                    to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') AS at
               FROM runs r JOIN run_steps s ON s.run_id = r.id AND s.step_id = 'measure-directory'
              WHERE r.machine_id = m.id AND jsonb_typeof(s.details -> 'bytes') = 'number'
             UNION ALL
             SELECT (folder ->> 'bytes')::float8, folder ->> 'setAsideAt'
               FROM jsonb_array_elements(CASE jsonb_typeof(m.inventory #> '{backups,folders}')
                      WHEN 'array' THEN m.inventory #> '{backups,folders}' ELSE '[]' END) AS folder
              WHERE folder ->> 'origin' = 'fleetmend' AND jsonb_typeof(folder -> 'bytes') = 'number') each
            ORDER BY at DESC NULLS LAST LIMIT 1) newest
        WHERE m.id = ANY ($1::uuid[])`,
      [machineIds],
    );
    if (!told || told.machines === 0) return null;
    const all = Math.round(told.average * new Set(machineIds).size);
    return { downloadedAgain: all, setAside: all, machinesThatTold: told.machines };
  }

  /** Null when none of its runs has ended yet. */
  async runDuration(database: Queryable, playbook: string): Promise<RunDuration | null> {
    const [found] = await database.query<{ minutes: number | null; runs: number }>(
      `SELECT (percentile_cont(0.5) WITHIN GROUP (
                ORDER BY extract(epoch FROM ended_at - leased_at)) / 60)::float8 AS minutes,
              count(*)::int AS runs
         FROM (SELECT ended_at, leased_at FROM runs
                WHERE playbook = $1 AND mode = 'execute' AND verdict IS NOT NULL AND leased_at IS NOT NULL
                  AND verdict_by_machine AND ended_at >= leased_at
                ORDER BY ended_at DESC LIMIT ${RUNS_LOOKED_AT}) newest`,
      [playbook],
    );
    return found && found.minutes !== null ? { minutes: found.minutes, runs: found.runs } : null;
  }
}
