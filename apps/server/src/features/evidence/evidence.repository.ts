import { Injectable } from '@nestjs/common';
import type { RunMode, RunState, StepState, Verdict } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';

/** A run as it stands, without what changes by itself. */
export interface EvidenceRun {
  readonly id: string;
  readonly machineId: string;
  readonly hostname: string;
  readonly fingerprintId: string | null;
  readonly playbook: string;
  readonly playbookVersion: number;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly verdict: Verdict | null;
  readonly verdictCode: string | null;
  readonly message: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly [more: string]: unknown;
}

export interface EvidenceStep {
  readonly section: string;
  readonly stepId: string;
  readonly state: StepState;
  readonly message: string;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly [more: string]: unknown;
}

export interface EvidenceMachine {
  readonly id: string;
  readonly hostname: string;
  readonly [more: string]: unknown;
}

export interface EvidenceFingerprint {
  readonly id: string;
  readonly code: string;
  readonly phase: string;
  readonly update: string | null;
  readonly [more: string]: unknown;
}

/** A span of time; null = without that end. */
export interface EvidenceSpan {
  readonly from: Date | null;
  readonly to: Date | null;
}

const RUN = `
  SELECT r.id, r.machine_id AS "machineId", m.hostname, r.remediation_id AS "remediationId",
         r.fingerprint_id AS "fingerprintId", r.playbook, r.playbook_version AS "playbookVersion", r.mode,
         r.parameters, r.undoes, r.failure, r.state, r.verdict, r.level, r.verdict_code AS "verdictCode",
         r.verdict_by_machine AS "verdictByMachine", r.message, d.reason, d.override_reason AS "overrideReason",
         d.created_by AS "createdBy", r.created_at AS "createdAt", r.leased_at AS "leasedAt",
         r.ended_at AS "endedAt", r.expires_at AS "expiresAt",
         r.restart_survived_at AS "restartSurvivedAt", r.held_at AS "heldAt"
    FROM runs r JOIN machines m ON m.id = r.machine_id JOIN remediations d ON d.id = r.remediation_id`;

const FINGERPRINT = `
  SELECT f.id, f.key, f.code, f.extended_code AS "extendedCode", f.phase, f.update,
         f.update_title AS "updateTitle", f.update_kind AS "updateKind", f.update_source AS "updateSource",
         f.os_family AS "osFamily", mf.state, mf.occurrences, mf.first_seen_at AS "firstSeenAt",
         mf.last_seen_at AS "lastSeenAt", mf.closed_at AS "closedAt"
    FROM machine_fingerprints mf JOIN fingerprints f ON f.id = mf.fingerprint_id`;

/** Reads everything that tells what happened to a machine, just as it is kept. Never its key, nor how it enrolled. */
@Injectable()
export class EvidenceRepository {
  /** From here on all that is read in this transaction is of one moment. To be called first. */
  async holdStill(database: Queryable): Promise<void> {
    await database.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ WRITE');
  }

  async run(database: Queryable, id: string): Promise<EvidenceRun | undefined> {
    const [run] = await database.query<EvidenceRun>(`${RUN} WHERE r.id = $1`, [id]);
    return run;
  }

  /** The newest runs of a machine, newest first. */
  async runsOf(database: Queryable, machineId: string, limit: number): Promise<EvidenceRun[]> {
    return database.query<EvidenceRun>(
      `${RUN} WHERE r.machine_id = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
      [machineId, limit],
    );
  }

  /** In the order in which they began. */
  async steps(database: Queryable, runId: string): Promise<EvidenceStep[]> {
    return database.query<EvidenceStep>(
      `SELECT section, step_id AS "stepId", state, message, error_code AS "errorCode", details,
              started_at AS "startedAt", ended_at AS "endedAt", sequence
         FROM run_steps WHERE run_id = $1 ORDER BY coalesce(started_at, ended_at), sequence, section, step_id`,
      [runId],
    );
  }

  async moves(database: Queryable, runId: string): Promise<object[]> {
    return database.query(
      `SELECT from_state AS "from", to_state AS "to", verdict, reason, at
         FROM run_moves WHERE run_id = $1 ORDER BY id`,
      [runId],
    );
  }

  async events(database: Queryable, runId: string): Promise<object[]> {
    return database.query(
      `SELECT sequence, event, body, created_at AS "createdAt", received_at AS "receivedAt"
         FROM run_events WHERE run_id = $1 ORDER BY sequence`,
      [runId],
    );
  }

  /** The records that were saved before the run, each as one text; `complete` is false where parts are missing. */
  async histories(
    database: Queryable,
    runId: string,
  ): Promise<{ name: string; complete: boolean; text: string }[]> {
    return database.query(
      `SELECT h.name, count(p.part) >= h.parts AS complete, coalesce(string_agg(p.content, '' ORDER BY p.part), '') AS text
         FROM histories h LEFT JOIN history_parts p ON p.history_id = h.id
        WHERE h.run_id = $1 GROUP BY h.id ORDER BY h.name`,
      [runId],
    );
  }

  /** What the machine is, and what it last said of itself. */
  async machine(database: Queryable, id: string): Promise<EvidenceMachine | undefined> {
    const [machine] = await database.query<EvidenceMachine>(
      `SELECT id, hostname, domain, machine_guid AS "machineGuid", site, manufacturer, model,
              (SELECT coalesce(jsonb_agg(tag ORDER BY tag), '[]') FROM machine_tags t WHERE t.machine_id = m.id) AS tags,
              os_name AS "osName", os_version AS "osVersion",
              os_build AS "osBuild", os_family AS "osFamily", client_version AS "clientVersion",
              enrolled_at AS "enrolledAt", retired_at AS "retiredAt", pending_restart AS "pendingRestart",
              free_system_disk_bytes AS "freeSystemDiskBytes", inventory_at AS "inventoryAt", inventory
         FROM machines m WHERE id = $1`,
      [id],
    );
    return machine;
  }

  /** The failure on this machine; nothing when it never had it. */
  async fingerprint(
    database: Queryable,
    machineId: string,
    fingerprintId: string,
  ): Promise<EvidenceFingerprint | undefined> {
    const [found] = await database.query<EvidenceFingerprint>(
      `${FINGERPRINT} WHERE mf.machine_id = $1 AND mf.fingerprint_id = $2`,
      [machineId, fingerprintId],
    );
    return found;
  }

  /** All failures that the machine ever had, open ones first. */
  async fingerprintsOf(database: Queryable, machineId: string): Promise<EvidenceFingerprint[]> {
    return database.query<EvidenceFingerprint>(
      `${FINGERPRINT} WHERE mf.machine_id = $1 ORDER BY mf.state = 'open' DESC, mf.last_seen_at DESC, f.id`,
      [machineId],
    );
  }

  /** Occurrences in a span of time with the records that told of them, newest first. */
  async failures(
    database: Queryable,
    machineId: string,
    span: EvidenceSpan,
    limit: number,
  ): Promise<object[]> {
    return database.query(
      `SELECT id, fingerprint_id AS "fingerprintId", code, extended_code AS "extendedCode", phase,
              update_kind AS "updateKind", update_source AS "updateSource", update_id AS "updateId",
              update_revision AS "updateRevision", kb, update_title AS "updateTitle",
              occurred_at AS "occurredAt", claimed_at AS "claimedAt", received_at AS "receivedAt",
              from_backlog AS "fromBacklog", evidence
         FROM failures
        WHERE machine_id = $1 AND ($2::timestamptz IS NULL OR occurred_at >= $2)
          AND ($3::timestamptz IS NULL OR occurred_at <= $3)
        ORDER BY occurred_at DESC, id DESC LIMIT $4`,
      [machineId, span.from, span.to, limit],
    );
  }

  /** What happened on the machine in a span of time, oldest first; of a longer story the end. */
  async timeline(
    database: Queryable,
    machineId: string,
    span: EvidenceSpan,
    limit: number,
  ): Promise<object[]> {
    return database.query(
      `SELECT at, kind, what FROM (
         SELECT at, kind, what, id FROM (
           SELECT occurred_at AS at, 'failure' AS kind, id::text AS id,
                  concat_ws(' ', code, 'in', phase, kb, update_title) AS what
             FROM failures WHERE machine_id = $1
           UNION ALL
           SELECT occurred_at, 'success', id::text, concat_ws(' ', phase, kb, update_title)
             FROM successes WHERE machine_id = $1
           UNION ALL
           SELECT v.at, 'run', r.id::text || lpad(v.id::text, 20, '0'),
                  concat_ws(' ', r.playbook, r.mode, r.id::text, v.to_state, v.verdict) || ': ' || v.reason
             FROM run_moves v JOIN runs r ON r.id = v.run_id WHERE r.machine_id = $1
           UNION ALL
           SELECT at, 'rejected order', id::text, concat_ws(': ', reason, message)
             FROM rejected_orders WHERE machine_id = $1
           UNION ALL
           SELECT enrolled_at, 'enrolled', id::text, hostname FROM machines WHERE id = $1) every
          WHERE ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at <= $3)
          ORDER BY at DESC, id DESC LIMIT $4) newest
        ORDER BY at, id`,
      [machineId, span.from, span.to, limit],
    );
  }
}
