import { Injectable } from '@nestjs/common';
import type { HistoryReport, RunEventReport } from '@fleetmend/client-protocol';
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';
import type { StepProgress } from './run-progress';

/** What machines tell of their runs. */
@Injectable()
export class RunEventsRepository {
  /** Keeps events as they came; answers `run sequence` of those that are new. */
  async addEvents(
    transaction: Transaction,
    events: readonly RunEventReport[],
    now: Date,
  ): Promise<Set<string>> {
    const added = await transaction.query<{ runId: string; sequence: number }>(
      `INSERT INTO run_events (run_id, sequence, event, body, created_at, received_at)
       SELECT "runId", sequence, event, body, "createdAt", $2
         FROM json_to_recordset($1::json) AS e (
           "runId" uuid, sequence int, event text, body jsonb, "createdAt" timestamptz)
       ON CONFLICT (run_id, sequence) DO NOTHING
       RETURNING run_id AS "runId", sequence`,
      [
        JSON.stringify(
          events.map(({ runId, sequence, event, createdAt, ...rest }) => ({
            ...{ runId, sequence, event, createdAt },
            body: { ...rest, kind: undefined },
          })),
        ),
        now,
      ],
    );
    return new Set(added.map(({ runId, sequence }) => `${runId} ${sequence}`));
  }

  async putSteps(
    transaction: Transaction,
    steps: readonly (StepProgress & { readonly runId: string })[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO run_steps AS s
         (run_id, section, step_id, state, message, error_code, details, started_at, ended_at, sequence)
       SELECT "runId", section, "stepId", state, message, "errorCode", details, "startedAt", "endedAt", sequence
         FROM json_to_recordset($1::json) AS e (
           "runId" uuid, section text, "stepId" text, state text, message text, "errorCode" bigint,
           details jsonb, "startedAt" timestamptz, "endedAt" timestamptz, sequence int)
       ON CONFLICT (run_id, section, step_id) DO UPDATE
         SET state = excluded.state, message = excluded.message, error_code = excluded.error_code,
             details = coalesce(excluded.details, s.details),
             started_at = coalesce(excluded.started_at, s.started_at), ended_at = excluded.ended_at,
             sequence = excluded.sequence
         WHERE s.sequence < excluded.sequence`,
      [JSON.stringify(steps)],
    );
  }

  /** Counts what was told, and when: silence is measured from then. */
  async heard(
    transaction: Transaction,
    counts: ReadonlyMap<string, number>,
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `UPDATE runs r SET events = r.events + c.count, last_event_at = $3,
              leased_at = coalesce(r.leased_at, $3)
         FROM unnest($1::uuid[], $2::int[]) AS c (id, count) WHERE r.id = c.id`,
      [[...counts.keys()], [...counts.values()], now],
    );
  }

  /** What is saved of these runs: the names of the records, and how many parts there are of all of them. */
  async savedHistories(
    transaction: Transaction,
    runIds: readonly string[],
  ): Promise<Map<string, { names: Set<string>; parts: number }>> {
    const found = await transaction.query<{ runId: string; names: string[]; parts: number }>(
      `SELECT h.run_id AS "runId", array_agg(DISTINCT h.name) AS names, count(p.part)::int AS parts
         FROM histories h LEFT JOIN history_parts p ON p.history_id = h.id
        WHERE h.run_id = ANY ($1::uuid[]) GROUP BY h.run_id`,
      [runIds],
    );
    return new Map(
      found.map(({ runId, names, parts }) => [runId, { names: new Set(names), parts }]),
    );
  }

  /** Keeps parts of saved records. A part that is there already stays as it is. */
  async addHistoryParts(
    transaction: Transaction,
    parts: readonly HistoryReport[],
    now: Date,
  ): Promise<void> {
    const first = new Map<string, HistoryReport>();
    for (const each of parts) {
      const key = JSON.stringify([each.runId, each.name, each.part]);
      if (!first.has(key)) first.set(key, each);
    }
    const rows = [...first.values()].map(({ runId, name, part, parts: of, content }) => ({
      ...{ id: uuidv7(), runId, name, part, parts: of, content },
    }));
    await transaction.query(
      `INSERT INTO histories (id, run_id, name, parts, created_at)
       SELECT DISTINCT ON ("runId", name) id, "runId", name, parts, $2::timestamptz
         FROM json_to_recordset($1::json) AS h (id uuid, "runId" uuid, name text, parts int)
        ORDER BY "runId", name, id
       ON CONFLICT (run_id, name) DO NOTHING`,
      [JSON.stringify(rows.map((row) => ({ ...row, content: undefined }))), now],
    );
    await transaction.query(
      `INSERT INTO history_parts (history_id, part, content)
       SELECT h.id, p.part, p.content
         FROM json_to_recordset($1::json) AS p ("runId" uuid, name text, part int, content text)
         JOIN histories h ON h.run_id = p."runId" AND h.name = p.name
       ON CONFLICT (history_id, part) DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }
}
