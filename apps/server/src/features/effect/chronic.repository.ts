import { Injectable } from '@nestjs/common';
import type { ChronicMachineQuery } from '@fleetmend/dashboard-api';
import { CHRONIC_RULE, type ChronicRule, type Verdict } from '@fleetmend/domain';
import * as z from 'zod';
import type { Queryable } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';
import {
  areChronic,
  CHRONIC_RUNS_AS_SET,
  chronicMachines,
  unhelpfulRuns,
} from './chronic-machines';

/** Runs of a machine within the rule's days that did not help. */
export interface UnhelpfulCounts {
  readonly unhelpful: number;
  readonly recurrences: number;
}

export interface ChronicRow extends UnhelpfulCounts {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly osName: string | null;
  readonly openFailures: number;
  readonly runs: readonly {
    readonly id: string;
    readonly playbook: string;
    readonly verdict: Verdict;
    readonly code: string | null;
    /** As JSON has it. */
    readonly endedAt: string;
  }[];
}

const COUNTS = `count(*)::int AS unhelpful,
  count(*) FILTER (WHERE r.verdict = 'recurred')::int AS recurrences`;
const RUNS_SHOWN = 5;
const cursorSchema = z.tuple([z.number().int(), z.uuid()]);

@Injectable()
export class ChronicRepository {
  /** The rule that is in force. */
  async rule(database: Queryable): Promise<ChronicRule> {
    const [set] = await database.query<{ runs: number }>(CHRONIC_RUNS_AS_SET);
    return { ...CHRONIC_RULE, ...set };
  }

  /** Machines that are not retired, those with most failed runs first. */
  async page(
    database: Queryable,
    query: ChronicMachineQuery,
    now: Date,
    rule: ChronicRule,
  ): Promise<{ rows: ChronicRow[]; total: number }> {
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM machines m
        WHERE m.retired_at IS NULL AND m.id IN (${chronicMachines('$1::timestamptz', rule)})`,
      [now],
    );
    const conditions = new SqlConditions(now, query.limit + 1);
    const after = decodeCursor(cursorSchema, query.cursor);
    if (after) {
      conditions.add(
        (unhelpful, id) => `(c.unhelpful, c.machine_id) < (${unhelpful}::int, ${id}::uuid)`,
        ...after,
      );
    }
    const rows = await database.query<ChronicRow>(
      `SELECT c.machine_id AS "machineId", m.hostname, m.online, m.os_name AS "osName",
              m.open_failures AS "openFailures", c.unhelpful, c.recurrences, newest.runs
         FROM (SELECT c.* FROM (
                 SELECT r.machine_id, ${COUNTS} FROM runs r
                  WHERE ${unhelpfulRuns('$1::timestamptz', rule)}
                  GROUP BY r.machine_id HAVING ${areChronic(rule)}) c
                 JOIN machines m ON m.id = c.machine_id AND m.retired_at IS NULL
                WHERE ${conditions.sql}
                ORDER BY c.unhelpful DESC, c.machine_id DESC LIMIT $2) c
         JOIN machines m ON m.id = c.machine_id
         CROSS JOIN LATERAL (
           SELECT json_agg(json_build_object('id', n.id, 'playbook', n.playbook, 'verdict', n.verdict,
                    'code', coalesce(n.verdict_code, n.code), 'endedAt', n.ended_at) ORDER BY n.ended_at DESC) AS runs
             FROM (SELECT r.id, r.playbook, r.verdict, r.verdict_code, r.ended_at, f.code
                     FROM runs r LEFT JOIN fingerprints f ON f.id = r.fingerprint_id
                    WHERE r.machine_id = m.id AND ${unhelpfulRuns('$1::timestamptz', rule)}
                    ORDER BY r.ended_at DESC LIMIT ${RUNS_SHOWN}) n) newest
        ORDER BY c.unhelpful DESC, c.machine_id DESC`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async count(
    database: Queryable,
    machineId: string,
    now: Date,
    rule: ChronicRule,
  ): Promise<UnhelpfulCounts> {
    const [counts] = await database.query<UnhelpfulCounts>(
      `SELECT ${COUNTS} FROM runs r
        WHERE r.machine_id = $2 AND ${unhelpfulRuns('$1::timestamptz', rule)}`,
      [now, machineId],
    );
    return counts ?? { unhelpful: 0, recurrences: 0 };
  }
}
