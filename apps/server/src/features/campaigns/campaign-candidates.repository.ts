import { Injectable } from '@nestjs/common';
import type { Selection } from '@fleetmend/dashboard-api';
import { CHRONIC_RULE, type Stratum, type TargetExclusion } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import { SqlConditions } from '../../platform/paging';
import { chronicMachines } from '../effect';
import { selectedMachines } from '../runs';

/** What is asked of a machine that is to be a target. */
export interface CandidateRules {
  readonly campaignId: string | null;
  readonly fingerprintId: string | null;
  readonly playbook: { readonly name: string; readonly version: number };
  readonly now: Date;
  /** Machines that were not seen for so many days are left out; null = none. */
  readonly offlineDays: number | null;
  /** Open fingerprints against which the playbook is the wrong tool. */
  readonly guarded: readonly string[];
  /** Of `guarded`: those where the phase alone makes it the wrong tool. */
  readonly wrongPhase: readonly string[];
  /** Null = runs of other campaigns don't count: this one retries their failed ones. */
  readonly coolDownDays: number | null;
  /** Null = nobody is left out for that. */
  readonly chronicRuns: number | null;
}

/** A selected machine, why it is left out if it is, and what the draw needs to know of it. */
export interface Candidate {
  readonly machineId: string;
  readonly hostname: string;
  readonly online: boolean;
  readonly exclusion: TargetExclusion | null;
  readonly site: string | null;
  readonly osFamily: string | null;
  readonly model: string | null;
  readonly timeZone: string | null;
}

@Injectable()
export class CampaignCandidatesRepository {
  /**
   * Every machine of the selection, each with the first reason against it. Another run is no reason: the machine's turn
   * comes after it.
   */
  all(database: Queryable, selection: Selection, rules: CandidateRules): Promise<Candidate[]> {
    const conditions = new SqlConditions();
    const selected = selectedMachines(
      conditions,
      selection,
      rules.fingerprintId ?? undefined,
      rules.playbook,
    );
    const now = `${conditions.parameter(rules.now)}::timestamptz`;
    const fingerprint = `${conditions.parameter(rules.fingerprintId)}::uuid`;
    const offlineDays = `${conditions.parameter(rules.offlineDays)}::int`;
    const guarded = `${conditions.parameter(rules.guarded)}::uuid[]`;
    const wrongPhase = `${conditions.parameter(rules.wrongPhase)}::uuid[]`;
    const campaign = `${conditions.parameter(rules.campaignId)}::uuid`;
    const playbook = `${conditions.parameter(rules.playbook.name)}::text`;
    const coolDownDays = `${conditions.parameter(rules.coolDownDays)}::int`;
    const isChronic =
      rules.chronicRuns === null
        ? 'false'
        : `m.id IN (${chronicMachines(now, { ...CHRONIC_RULE, runs: rules.chronicRuns })})`;
    const open = (more: string) => `EXISTS (
      SELECT 1 FROM machine_fingerprints mf
       WHERE mf.machine_id = m.id AND mf.state = 'open' AND ${more})`;
    return database.query<Candidate>(
      `SELECT s.machine_id AS "machineId", s.hostname, s.online, m.site, m.os_family AS "osFamily",
              m.model, m.time_zone AS "timeZone",
              CASE
                WHEN s.exclusion <> 'active-run' THEN s.exclusion
                WHEN ${fingerprint} IS NOT NULL AND NOT ${open(`mf.fingerprint_id = ${fingerprint}`)}
                  THEN 'not-affected'
                WHEN NOT m.online AND m.last_seen_at < ${now} - make_interval(days => ${offlineDays})
                  THEN 'offline-too-long'
                WHEN ${fingerprint} IS NULL AND ${open(`mf.fingerprint_id = ANY (${guarded})`)}
                     AND NOT ${open(`mf.fingerprint_id <> ALL (${guarded})`)}
                  THEN CASE WHEN ${open(`mf.fingerprint_id <> ALL (${wrongPhase})`)}
                            THEN 'guarded' ELSE 'wrong-phase' END
                WHEN EXISTS (
                       SELECT 1 FROM campaign_targets t JOIN campaigns c ON c.id = t.campaign_id
                        WHERE t.machine_id = m.id AND c.state IN ('scheduled', 'running', 'paused')
                          AND t.exclusion IS NULL AND t.verdict IS NULL AND NOT t.settled
                          AND c.id IS DISTINCT FROM ${campaign})
                  THEN 'other-campaign'
                WHEN EXISTS (
                       SELECT 1 FROM runs r
                        WHERE r.machine_id = m.id AND r.mode = 'execute' AND r.playbook = ${playbook}
                          AND r.verdict NOT IN ('expired', 'cancelled', 'skipped')
                          AND r.ended_at > ${now} - make_interval(days => ${coolDownDays}))
                  THEN 'cooling-down'
                WHEN ${isChronic} THEN 'chronic'
              END AS exclusion
         FROM (${selected}) s LEFT JOIN machines m ON m.id = s.machine_id
        ORDER BY s.machine_id`,
      conditions.parameters,
    );
  }

  /** Fingerprints that are open on machines of the selection. */
  async openFingerprints(database: Queryable, machineIds: readonly string[]): Promise<string[]> {
    const rows = await database.query<{ id: string }>(
      `SELECT DISTINCT fingerprint_id AS id FROM machine_fingerprints
        WHERE machine_id = ANY ($1::uuid[]) AND state = 'open' ORDER BY 1`,
      [machineIds],
    );
    return rows.map(({ id }) => id);
  }
}

/** What a machine is like, for the draw: machines with the same text are alike. */
export function stratumOf(candidate: Candidate, by: readonly Stratum[]): string {
  const values: Readonly<Record<Stratum, string | null>> = {
    site: candidate.site?.toLowerCase() ?? null,
    'os-family': candidate.osFamily,
    model: candidate.model,
  };
  return by.map((stratum) => values[stratum] ?? '').join(' · ');
}
