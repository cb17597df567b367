import { Injectable } from '@nestjs/common';
import type { EXCLUSIONS, Selection } from '@fleetmend/dashboard-api';
import type { Queryable, Transaction } from '../../platform/database';
import { SqlConditions } from '../../platform/paging';
import { addMachineFilter } from '../machines';

export type Exclusion = (typeof EXCLUSIONS)[number];

/** A selected machine, and why it is left out, if it is. */
export interface SelectedMachine {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly exclusion: Exclusion | null;
}

/** A playbook in the version that is to be ordered. */
export interface OrderedPlaybook {
  readonly name: string;
  readonly version: number;
}

/** A run that was made. */
export interface MadeRun {
  readonly id: string;
  readonly machineId: string;
}

/** What a new run is made of, apart from its machine. */
export interface RunPlan {
  readonly remediationId: string;
  readonly fingerprintId: string | null;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly mode: 'execute' | 'dry-run';
  readonly parameters: unknown;
  /**
   * Without a fingerprint: each run is about the newest open failure of its own machine, with this code or any (null).
   * Undefined = about none.
   */
  readonly ownFailure?: { readonly code: string | null } | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** The oldest client that knows orders. */
const OLDEST_CLIENT = [0, 1, 0] as const;
const SHOWN = 200;

/**
 * The machines of a selection with the reason against each, as a query. All of it is decided by the database, at once
 * and by the same rules for the preview and for the real thing, however many machines there are.
 */
export function selectedMachines(
  conditions: SqlConditions,
  selection: Selection,
  fingerprintId: string | undefined,
  playbook: OrderedPlaybook,
): string {
  // Whatever else the caller's playbook holds, inventories know name and version.
  const { name, version } = playbook;
  const ordered = conditions.parameter(JSON.stringify([{ name, version }]));
  const fingerprint = conditions.parameter(fingerprintId ?? null);
  let from: string;
  if (selection.type === 'machines') {
    const ids = conditions.parameter(selection.machineIds);
    from = `(SELECT DISTINCT id FROM unnest(${ids}::uuid[]) AS chosen (id)) AS chosen
              LEFT JOIN machines m ON m.id = chosen.id`;
  } else {
    addMachineFilter(conditions, selection.filter);
    const except = conditions.parameter(selection.except);
    from = `(SELECT m.id FROM machines m
              WHERE ${conditions.sql} AND NOT m.id = ANY (${except}::uuid[])) AS chosen
              JOIN machines m ON m.id = chosen.id`;
  }
  return `
    SELECT chosen.id AS machine_id, coalesce(m.hostname, '') AS hostname, coalesce(m.online, false) AS online,
           CASE
             WHEN m.id IS NULL THEN 'unknown-machine'
             WHEN m.retired_at IS NOT NULL THEN 'retired'
             WHEN m.last_seen_at IS NULL THEN 'never-connected'
             WHEN CASE WHEN m.client_version ~ '^[0-9]{1,6}[.][0-9]{1,6}[.][0-9]{1,6}([^0-9]|$)'
                       THEN string_to_array(substring(m.client_version FROM '^[0-9.]+'), '.')::int[]
                              < ARRAY[${OLDEST_CLIENT.join(', ')}]
                       ELSE false END THEN 'client-too-old'
             WHEN m.inventory ? 'playbooks' AND NOT m.inventory -> 'playbooks' @> ${ordered}::jsonb
               THEN 'unknown-playbook'
             WHEN EXISTS (SELECT 1 FROM runs r WHERE r.machine_id = m.id AND r.state <> 'ended')
               THEN 'active-run'
             WHEN ${fingerprint}::uuid IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM machine_fingerprints mf
                     WHERE mf.machine_id = m.id AND mf.fingerprint_id = ${fingerprint} AND mf.state = 'open')
               THEN 'not-affected'
           END AS exclusion
      FROM ${from}`;
}

@Injectable()
export class SelectionRepository {
  /** How many machines are included, and how many are left out for each reason. */
  async count(
    database: Queryable,
    selection: Selection,
    fingerprintId: string | undefined,
    playbook: OrderedPlaybook,
  ): Promise<{ exclusion: Exclusion | null; machines: number; offline: number }[]> {
    const conditions = new SqlConditions();
    const sql = selectedMachines(conditions, selection, fingerprintId, playbook);
    return database.query(
      `SELECT exclusion, count(*)::int AS machines, count(*) FILTER (WHERE NOT online)::int AS offline
         FROM (${sql}) s GROUP BY exclusion ORDER BY exclusion`,
      conditions.parameters,
    );
  }

  /** The first of them, those that are left out before the others. */
  async first(
    database: Queryable,
    selection: Selection,
    fingerprintId: string | undefined,
    playbook: OrderedPlaybook,
  ): Promise<SelectedMachine[]> {
    const conditions = new SqlConditions();
    const sql = selectedMachines(conditions, selection, fingerprintId, playbook);
    return database.query<SelectedMachine>(
      `SELECT machine_id AS "machineId", hostname, online, exclusion FROM (${sql}) s
        ORDER BY exclusion IS NULL, lower(hostname), machine_id LIMIT ${SHOWN}`,
      conditions.parameters,
    );
  }

  /**
   * Makes a queued run for each machine that is included; answers what was made. A machine that got another run in
   * this very moment is left out.
   */
  async makeRuns(
    transaction: Transaction,
    selection: Selection,
    plan: RunPlan,
  ): Promise<MadeRun[]> {
    const conditions = new SqlConditions(
      plan.remediationId,
      plan.fingerprintId,
      plan.playbook,
      plan.playbookVersion,
      plan.mode,
      JSON.stringify(plan.parameters),
      plan.createdAt,
      plan.expiresAt,
      plan.fingerprintId === null && plan.ownFailure !== undefined,
      plan.ownFailure?.code ?? null,
    );
    const sql = selectedMachines(conditions, selection, plan.fingerprintId ?? undefined, {
      ...{ name: plan.playbook, version: plan.playbookVersion },
    });
    return transaction.query<MadeRun>(
      `WITH made AS (
         INSERT INTO runs (id, remediation_id, machine_id, fingerprint_id, playbook, playbook_version, mode,
                           parameters, state, created_at, expires_at, failure)
         SELECT gen_random_uuid(), $1, s.machine_id, f.id, $3, $4, $5, $6::jsonb, 'queued', $7, $8,
                CASE WHEN f.id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
                  'code', f.code, 'extendedCode', f.extended_code, 'phase', f.phase,
                  'updateKind', f.update_kind, 'updateId', mf.update_id, 'kb', mf.kb)) END
           FROM (${sql}) s
           LEFT JOIN LATERAL (
             SELECT o.fingerprint_id FROM machine_fingerprints o JOIN fingerprints g ON g.id = o.fingerprint_id
              WHERE $9::boolean AND o.machine_id = s.machine_id AND o.state = 'open'
                AND ($10::text IS NULL OR g.code = $10)
              ORDER BY o.last_seen_at DESC, o.fingerprint_id LIMIT 1) own ON true
           LEFT JOIN fingerprints f ON f.id = coalesce($2::uuid, own.fingerprint_id)
           LEFT JOIN machine_fingerprints mf
             ON mf.machine_id = s.machine_id AND mf.fingerprint_id = f.id
          WHERE s.exclusion IS NULL
          ORDER BY s.machine_id
         ON CONFLICT (machine_id) WHERE state <> 'ended' DO NOTHING
         RETURNING id, machine_id),
       moved AS (
         INSERT INTO run_moves (run_id, to_state, reason, at)
         SELECT id, 'queued', 'created', $7 FROM made)
       SELECT id, machine_id AS "machineId" FROM made`,
      conditions.parameters,
    );
  }
}
