import { Injectable } from '@nestjs/common';
import type {
  ComparedMachine,
  DuplicateEvidence,
  DuplicateKind,
  DuplicateState,
} from '@fleetmend/domain';
import type { ComparedMachineView, DuplicateQuery } from '@fleetmend/dashboard-api';
import * as z from 'zod';
import type { Queryable, Transaction } from '../../platform/database';
import { decodeCursor, SqlConditions } from '../../platform/paging';

/** A pair as it is shown; instants inside the machines are text already. */
export interface PairRow {
  readonly id: string;
  readonly kind: DuplicateKind;
  readonly evidence: readonly DuplicateEvidence[];
  readonly state: DuplicateState;
  readonly firstSeenAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly keptId: string | null;
  readonly newer: ComparedMachineView;
  readonly older: ComparedMachineView;
  readonly sortKey: string;
}

/** A pair while somebody decides about it. */
export interface LockedPair {
  readonly id: string;
  readonly newerId: string;
  readonly olderId: string;
  readonly kind: DuplicateKind;
  readonly state: DuplicateState;
  readonly keptId: string | null;
}

/** A machine as it is compared, with its id. */
export interface Candidate extends ComparedMachine {
  readonly id: string;
  readonly clonedFrom: string | null;
}

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const instant = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;
/** A machine as JSON, by its alias. */
const view = (
  m: string,
) => `json_build_object('id', ${m}.id, 'hostname', ${m}.hostname, 'domain', ${m}.domain,
  'smbiosUuid', ${m}.smbios_uuid, 'machineGuid', ${m}.machine_guid, 'osName', ${m}.os_name,
  'osVersion', ${m}.os_version, 'clientVersion', ${m}.client_version, 'online', ${m}.online,
  'lastSeenAt', ${instant(`${m}.last_seen_at`)}, 'enrolledAt', ${instant(`${m}.enrolled_at`)},
  'retiredAt', ${instant(`${m}.retired_at`)})`;
const PAIR = `d.id, d.kind, d.evidence, d.state, d.first_seen_at AS "firstSeenAt", d.decided_at AS "decidedAt",
  d.decided_by AS "decidedBy", d.kept_id AS "keptId", ${view('n')} AS newer, ${view('o')} AS older,
  d.first_seen_at::text AS "sortKey"`;
const PAIRS = `possible_duplicates d JOIN machines n ON n.id = d.newer_id JOIN machines o ON o.id = d.older_id`;
const CANDIDATE = `m.id, m.cloned_from AS "clonedFrom", m.enrolled_at AS "enrolledAt", m.online,
  m.last_seen_at AS "lastSeenAt", json_strip_nulls(json_build_object('smbiosUuid', m.smbios_uuid,
    'machineGuid', m.machine_guid, 'hostname', m.hostname)) AS hints`;

const cursorSchema = z.tuple([z.string().max(50), z.uuid()]);

/** Pairs of machines that may be one computer. */
@Injectable()
export class DuplicatesRepository {
  async page(
    database: Queryable,
    { state, machineId, limit, cursor: given }: DuplicateQuery,
  ): Promise<{ rows: PairRow[]; total: number }> {
    const matching = (conditions: SqlConditions) => {
      if (state !== undefined) conditions.add((wanted) => `d.state = ${wanted}`, state);
      if (machineId !== undefined) {
        conditions.add((id) => `(d.newer_id = ${id} OR d.older_id = ${id})`, machineId);
      }
      return conditions;
    };
    const counted = matching(new SqlConditions());
    const [count] = await database.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM possible_duplicates d WHERE ${counted.sql}`,
      counted.parameters,
    );
    const conditions = matching(new SqlConditions(limit + 1));
    const cursor = decodeCursor(cursorSchema, given);
    if (cursor) {
      conditions.add(
        (at, id) => `(d.first_seen_at, d.id) < (${at}::timestamptz, ${id}::uuid)`,
        ...cursor,
      );
    }
    const rows = await database.query<PairRow>(
      `SELECT ${PAIR} FROM ${PAIRS} WHERE ${conditions.sql}
        ORDER BY d.first_seen_at DESC, d.id DESC LIMIT $1`,
      conditions.parameters,
    );
    return { rows, total: count?.total ?? 0 };
  }

  async find(database: Queryable, id: string): Promise<PairRow | undefined> {
    const [row] = await database.query<PairRow>(`SELECT ${PAIR} FROM ${PAIRS} WHERE d.id = $1`, [
      id,
    ]);
    return row;
  }

  /** Nobody else decides about the pair until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<LockedPair | undefined> {
    const [row] = await transaction.query<LockedPair>(
      `SELECT id, newer_id AS "newerId", older_id AS "olderId", kind, state, kept_id AS "keptId"
         FROM possible_duplicates WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return row;
  }

  async decide(
    transaction: Transaction,
    id: string,
    decision: {
      readonly state: 'merged' | 'dismissed';
      readonly keptId: string | null;
      readonly by: string;
      readonly at: Date;
    },
  ): Promise<void> {
    await transaction.query(
      `UPDATE possible_duplicates SET state = $2, kept_id = $3, decided_by = $4, decided_at = $5 WHERE id = $1`,
      [id, decision.state, decision.keptId, decision.by, decision.at],
    );
  }

  /** Machines whose hints are to be compared at the moment `now`; those that wait longest first. */
  due(database: Queryable, now: Date, limit: number): Promise<Candidate[]> {
    return database.query<Candidate>(
      `SELECT ${CANDIDATE} FROM machines m
        WHERE m.hints_due_at <= $1 ORDER BY m.hints_due_at LIMIT $2`,
      [now, limit],
    );
  }

  /**
   * Machines that share a hint with one of `machineIds`, or its copied key; never one that is retired. Of each hint at
   * most `limit` for each machine.
   */
  sharing(
    database: Queryable,
    machineIds: readonly string[],
    limit: number,
  ): Promise<(Candidate & { readonly of: string; readonly hint: DuplicateEvidence })[]> {
    const by = (hint: DuplicateEvidence, condition: string) =>
      `(SELECT '${hint}' AS hint, c.id FROM machines c
         WHERE ${condition} AND c.id <> due.id AND c.retired_at IS NULL LIMIT $2)`;
    return database.query(
      `SELECT due.id AS of, shared.hint, ${CANDIDATE}
         FROM machines due
        CROSS JOIN LATERAL (
          ${by('smbios-uuid', 'c.smbios_uuid = due.smbios_uuid')} UNION ALL
          ${by('machine-guid', 'c.machine_guid = due.machine_guid')} UNION ALL
          ${by('hostname', 'lower(c.hostname) = lower(due.hostname)')} UNION ALL
          ${by('key', 'c.id = due.cloned_from')} UNION ALL
          ${by('key', 'c.cloned_from = due.id')} UNION ALL
          ${by('key', 'c.cloned_from = due.cloned_from')}) shared
         JOIN machines m ON m.id = shared.id
        WHERE due.id = ANY ($1::uuid[]) AND due.retired_at IS NULL`,
      [machineIds, limit],
    );
  }

  /** Open pairs, those that were looked at longest ago first. */
  async openPairs(
    database: Queryable,
    limit: number,
  ): Promise<{ readonly newer: Candidate; readonly older: Candidate }[]> {
    const pairs = await database.query<{ newerId: string; olderId: string }>(
      `SELECT newer_id AS "newerId", older_id AS "olderId" FROM possible_duplicates
        WHERE state = 'open' ORDER BY looked_at, id LIMIT $1`,
      [limit],
    );
    const machines = await database.query<Candidate>(
      `SELECT ${CANDIDATE} FROM machines m WHERE m.id = ANY ($1::uuid[])`,
      [pairs.flatMap(({ newerId, olderId }) => [newerId, olderId])],
    );
    const byId = new Map(machines.map((machine) => [machine.id, machine]));
    return pairs.flatMap(({ newerId, olderId }) => {
      const newer = byId.get(newerId);
      const older = byId.get(olderId);
      return newer && older ? [{ newer, older }] : [];
    });
  }

  /**
   * Notes what was found of pairs. What was merged stays so, and what was dismissed unless there is evidence that wasn't
   * there then. Answers the machines of pairs that are new or have changed.
   */
  async put(
    transaction: Transaction,
    pairs: readonly {
      readonly id: string;
      readonly newerId: string;
      readonly olderId: string;
      readonly kind: DuplicateKind;
      readonly evidence: readonly DuplicateEvidence[];
    }[],
    now: Date,
  ): Promise<string[]> {
    const changed = await transaction.query<{ newerId: string; olderId: string }>(
      `INSERT INTO possible_duplicates AS d
         (id, newer_id, older_id, kind, evidence, state, first_seen_at, looked_at)
       SELECT id, "newerId", "olderId", kind, ARRAY(SELECT json_array_elements_text(evidence)), 'open', $2, $2
         FROM json_to_recordset($1::json) AS found (
           id uuid, "newerId" uuid, "olderId" uuid, kind text, evidence json)
        ORDER BY least("newerId", "olderId"), greatest("newerId", "olderId")
       ON CONFLICT (least(newer_id, older_id), greatest(newer_id, older_id)) DO UPDATE
         SET newer_id = excluded.newer_id, older_id = excluded.older_id, kind = excluded.kind,
             evidence = excluded.evidence, state = 'open', looked_at = excluded.looked_at,
             first_seen_at = CASE WHEN d.state = 'open' THEN d.first_seen_at ELSE excluded.first_seen_at END,
             decided_at = NULL, decided_by = NULL
         WHERE CASE d.state
           WHEN 'open' THEN (d.newer_id, d.kind, d.evidence) IS DISTINCT FROM
             (excluded.newer_id, excluded.kind, excluded.evidence)
           WHEN 'dismissed' THEN NOT excluded.evidence <@ d.evidence
           ELSE false END
       RETURNING newer_id AS "newerId", older_id AS "olderId"`,
      [JSON.stringify(pairs), now],
    );
    return changed.flatMap(({ newerId, olderId }) => [newerId, olderId]);
  }

  /** Pairs were looked at again: others are first next time. */
  async looked(
    transaction: Transaction,
    pairs: readonly { readonly newerId: string; readonly olderId: string }[],
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `UPDATE possible_duplicates d SET looked_at = $3
         FROM unnest($1::uuid[], $2::uuid[]) AS g (newer_id, older_id)
        WHERE d.state = 'open' AND d.newer_id = g.newer_id AND d.older_id = g.older_id`,
      [pairs.map(({ newerId }) => newerId), pairs.map(({ olderId }) => olderId), now],
    );
  }

  /** Takes open pairs away for which nothing speaks any more. Nobody has decided anything about them. */
  async drop(
    transaction: Transaction,
    pairs: readonly { readonly newerId: string; readonly olderId: string }[],
  ): Promise<void> {
    await transaction.query(
      `DELETE FROM possible_duplicates d USING unnest($1::uuid[], $2::uuid[]) AS g (newer_id, older_id)
        WHERE d.state = 'open' AND d.newer_id = g.newer_id AND d.older_id = g.older_id`,
      [pairs.map(({ newerId }) => newerId), pairs.map(({ olderId }) => olderId)],
    );
  }

  /** A machine is gone: what was open about it is open no more. */
  async dropOf(transaction: Transaction, machineId: string): Promise<void> {
    await transaction.query(
      `DELETE FROM possible_duplicates WHERE state = 'open' AND (newer_id = $1 OR older_id = $1)`,
      [machineId],
    );
  }

  /** Has machines compared again at `at`, or, with null, not any more unless something has changed since `asOf`. */
  async compareAt(
    transaction: Transaction,
    machineIds: readonly string[],
    at: Date | null,
    asOf: Date,
  ): Promise<void> {
    await transaction.query(
      `WITH locked AS (
         SELECT id FROM machines WHERE id = ANY ($1::uuid[]) AND (hints_due_at IS NULL OR hints_due_at <= $3)
          ORDER BY id FOR NO KEY UPDATE)
       UPDATE machines m SET hints_due_at = $2 FROM locked WHERE m.id = locked.id`,
      [machineIds, at, asOf],
    );
  }

  /** Another computer was refused that used the key of this machine. */
  async noteClonedKey(database: Queryable, machineId: string, now: Date): Promise<void> {
    await database.query('UPDATE machines SET key_cloned_at = $2 WHERE id = $1', [machineId, now]);
  }
}
