import { Injectable } from '@nestjs/common';
import type { EscalationStep, Phase, Verdict } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';

/** A run that ended badly, with all that rules ask of it. */
export interface EscalatedRunRow {
  readonly runId: string;
  readonly machineId: string;
  readonly playbook: string;
  readonly verdict: Verdict;
  readonly verdictCode: string | null;
  readonly fingerprintId: string | null;
  readonly code: string | null;
  readonly phase: Phase | null;
  /** The newest failure of the same update, or of the scan, since the machine fetched the order. */
  readonly afterFingerprintId: string | null;
  readonly afterCode: string | null;
  readonly afterPhase: Phase | null;
  readonly tried: readonly string[];
  readonly links: number;
}

/** What a rule says of a run. */
export interface NewEscalationRow {
  readonly id: string;
  readonly ruleId: string;
  readonly runId: string;
  readonly verdict: Verdict;
  readonly fingerprintId: string | null;
  readonly link: number;
  readonly step: EscalationStep;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Finds runs that ended badly, each once, and keeps what rules say of them. */
@Injectable()
export class EscalationLooksRepository {
  /**
   * Takes runs that nobody has looked at with the verdict that they have now. Another server that takes the same ones
   * waits, and then gets none of them.
   */
  async claim(
    transaction: Transaction,
    what: { readonly verdicts: readonly Verdict[]; readonly since: Date; readonly now: Date },
    limit: number,
  ): Promise<string[]> {
    const claimed = await transaction.query<{ runId: string }>(
      `INSERT INTO escalation_looks AS k (run_id, verdict, at)
       SELECT r.id, r.verdict, $3 FROM runs r LEFT JOIN escalation_looks l ON l.run_id = r.id
        WHERE r.state = 'ended' AND r.mode = 'execute' AND r.verdict = ANY ($1) AND r.ended_at >= $2
          AND (l.run_id IS NULL OR l.verdict <> r.verdict)
        ORDER BY r.id LIMIT $4
       ON CONFLICT (run_id) DO UPDATE SET verdict = excluded.verdict, at = excluded.at
         WHERE k.verdict <> excluded.verdict
       RETURNING run_id AS "runId"`,
      [what.verdicts, what.since, what.now, limit],
    );
    return claimed.map(({ runId }) => runId);
  }

  /** What rules ask of these runs. What their machines tried counts from when the failure last was gone. */
  async facts(transaction: Transaction, runIds: readonly string[]): Promise<EscalatedRunRow[]> {
    return transaction.query<EscalatedRunRow>(
      `SELECT r.id AS "runId", r.machine_id AS "machineId", r.playbook, r.verdict, r.verdict_code AS "verdictCode",
              r.fingerprint_id AS "fingerprintId", f.code, f.phase, seen.fingerprint_id AS "afterFingerprintId",
              seen.code AS "afterCode", seen.phase AS "afterPhase", tried.playbooks AS tried,
              coalesce(e.link, 0) AS links
         FROM runs r
         LEFT JOIN fingerprints f ON f.id = r.fingerprint_id
         LEFT JOIN escalations e ON e.ordered_run_id = r.id
         LEFT JOIN LATERAL (
           SELECT x.fingerprint_id, fx.code, fx.phase
             FROM failures x JOIN fingerprints fx ON fx.id = x.fingerprint_id
            WHERE x.machine_id = r.machine_id AND x.occurred_at > coalesce(r.leased_at, r.created_at)
              AND (fx.update IS NOT DISTINCT FROM f.update OR fx.update IS NULL)
            ORDER BY x.occurred_at DESC, x.id DESC LIMIT 1) seen ON r.fingerprint_id IS NOT NULL
         CROSS JOIN LATERAL (
           SELECT greatest(
             (SELECT max(g.ended_at) FROM runs g
               WHERE g.machine_id = r.machine_id AND g.verdict IN ('fixed', 'superseded', 'recovered-untreated')
                 AND g.fingerprint_id IN (r.fingerprint_id, seen.fingerprint_id)),
             (SELECT max(s.occurred_at) FROM successes s
               WHERE s.machine_id = r.machine_id
                 AND CASE WHEN f.update IS NULL THEN s.phase = 'scan'
                          ELSE s.phase = 'install' AND (s.kb = f.update OR s.update_id = f.update) END)) AS at) worked
         CROSS JOIN LATERAL (
           SELECT coalesce(array_agg(DISTINCT t.playbook), '{}') AS playbooks FROM runs t
            WHERE t.machine_id = r.machine_id AND t.mode = 'execute'
              AND (t.fingerprint_id IN (r.fingerprint_id, seen.fingerprint_id) OR t.id = r.id)
              AND coalesce(t.verdict, '') NOT IN ('expired', 'cancelled', 'skipped')
              AND (worked.at IS NULL OR t.created_at > worked.at OR t.id = r.id)) tried
        WHERE r.id = ANY ($1::uuid[]) ORDER BY r.ended_at, r.id`,
      [runIds],
    );
  }

  /** Ends proposals that a newer end of a run on the same machine has overtaken. */
  async overtake(transaction: Transaction, runIds: readonly string[], note: string): Promise<void> {
    await transaction.query(
      `UPDATE escalations e SET state = 'expired', note = $2
         FROM runs old, runs r
        WHERE old.id = e.run_id AND r.id = ANY ($1::uuid[]) AND old.machine_id = r.machine_id
          AND (old.id = r.id OR e.fingerprint_id IS NOT DISTINCT FROM r.fingerprint_id)
          AND e.state IN ('open', 'approved')`,
      [runIds, note],
    );
  }

  /** Keeps what rules say; a machine that waits for a person with this failure already is not handed over again. */
  async add(transaction: Transaction, rows: readonly NewEscalationRow[]): Promise<void> {
    await transaction.query(
      `INSERT INTO escalations (id, rule_id, run_id, verdict, fingerprint_id, link, step, state, created_at, expires_at)
       SELECT n.id, n."ruleId", n."runId", n.verdict, n."fingerprintId", n.link, n.step, 'open',
              n."createdAt", n."expiresAt"
         FROM json_to_recordset($1::json) AS n (
           id uuid, "ruleId" uuid, "runId" uuid, verdict text, "fingerprintId" uuid, link int, step jsonb,
           "createdAt" timestamptz, "expiresAt" timestamptz)
         JOIN runs r ON r.id = n."runId"
        WHERE n.step ->> 'type' <> 'hand-over' OR NOT EXISTS (
          SELECT 1 FROM escalations h JOIN runs hr ON hr.id = h.run_id
           WHERE h.state = 'handed-over' AND hr.machine_id = r.machine_id
             AND h.fingerprint_id IS NOT DISTINCT FROM n."fingerprintId")
       ON CONFLICT (run_id, verdict) DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }
}
