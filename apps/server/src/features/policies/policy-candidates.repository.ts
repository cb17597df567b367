import { Injectable } from '@nestjs/common';
import type { PolicyExclusion } from '@fleetmend/dashboard-api';
import { CHRONIC_RULE } from '@fleetmend/domain';
import type { Queryable } from '../../platform/database';
import { SqlConditions } from '../../platform/paging';
import { chronicMachines } from '../effect';
import { selectedMachines } from '../runs';
import type { PolicyPlan } from './policies.repository';

/** Who is asked for. */
export interface CandidateRules {
  readonly policyId: string;
  readonly plan: PolicyPlan;
  readonly playbook: { readonly name: string; readonly version: number };
  readonly now: Date;
  readonly day: string;
  /** Fingerprints against which the playbook is the wrong tool. */
  readonly guarded: readonly string[];
  /** The longer of the policy's own and that of the fleet. */
  readonly coolDownDays: number;
  /** So many runs that did not help make a machine chronic. */
  readonly chronicRuns: number;
}

/** A machine that a policy may begin with now. */
export interface PolicyCandidate {
  readonly machineId: string;
  readonly fingerprintId: string;
  readonly timeZone: string | null;
}

/** Runs `c` that count for a cool-down: those that machines began, or may begin. */
const COOLING = `coalesce(c.verdict, '') NOT IN ('expired', 'cancelled', 'skipped')`;

@Injectable()
export class PolicyCandidatesRepository {
  /** The fingerprints that it is about and that are open somewhere. */
  async matched(database: Queryable, plan: Pick<PolicyPlan, 'match'>): Promise<string[]> {
    const conditions = new SqlConditions();
    const rows = await database.query<{ id: string }>(
      `SELECT f.id FROM fingerprints f WHERE f.open_machines > 0 AND ${matches(conditions, plan.match)} ORDER BY f.id`,
      conditions.parameters,
    );
    return rows.map(({ id }) => id);
  }

  /** Machines that it may begin with now, in the order in which they have had their failure. */
  async ready(database: Queryable, rules: CandidateRules): Promise<PolicyCandidate[]> {
    const { sql, parameters } = candidates(rules);
    return database.query<PolicyCandidate>(
      `SELECT machine_id AS "machineId", fingerprint_id AS "fingerprintId", time_zone AS "timeZone"
         FROM (${sql}) c WHERE exclusion IS NULL ORDER BY first_seen_at, machine_id`,
      parameters,
    );
  }

  /** How many machines with the failure are left out for each reason; null = for none. */
  async counted(
    database: Queryable,
    rules: CandidateRules,
  ): Promise<{ exclusion: PolicyExclusion | null; machines: number }[]> {
    const { sql, parameters } = candidates(rules);
    return database.query(
      `SELECT exclusion, count(*)::int AS machines FROM (${sql}) c GROUP BY 1 ORDER BY 1`,
      parameters,
    );
  }
}

/** Every machine that has the failure and is meant, with the first reason against it. */
function candidates(rules: CandidateRules) {
  const { policyId, plan, playbook, now, day, guarded } = rules;
  const conditions = new SqlConditions();
  const selected = selectedMachines(
    conditions,
    { type: 'matching', filter: plan.machines, except: [] },
    undefined,
    playbook,
  );
  const at = `${conditions.parameter(now)}::timestamptz`;
  const age = `${conditions.parameter(plan.maximumAgeDays)}::int`;
  const coolDown = `${at} - make_interval(days => ${conditions.parameter(rules.coolDownDays)}::int)`;
  const policy = `${conditions.parameter(policyId)}::uuid`;
  const today = `${conditions.parameter(day)}::date`;
  const name = `${conditions.parameter(playbook.name)}::text`;
  const wrong = `${conditions.parameter(guarded)}::uuid[]`;
  const chronic = chronicMachines(at, { ...CHRONIC_RULE, runs: rules.chronicRuns });
  const sql = `
    SELECT a.machine_id, a.fingerprint_id, a.first_seen_at, m.time_zone,
           CASE
             WHEN s.exclusion IS NOT NULL THEN s.exclusion
             WHEN a.fingerprint_id = ANY (${wrong}) THEN 'guarded'
             WHEN EXISTS (SELECT 1 FROM campaign_targets t JOIN campaigns c ON c.id = t.campaign_id
                           WHERE t.machine_id = a.machine_id AND c.state IN ('scheduled', 'running', 'paused')
                             AND t.exclusion IS NULL AND t.verdict IS NULL AND NOT t.settled) THEN 'other-campaign'
             WHEN EXISTS (SELECT 1 FROM runs c
                           WHERE c.machine_id = a.machine_id AND c.mode = 'execute' AND c.playbook = ${name}
                             AND c.created_at > ${coolDown} AND ${COOLING})
               OR EXISTS (SELECT 1 FROM policy_runs t JOIN runs c ON c.id = t.run_id
                           WHERE c.machine_id = a.machine_id AND t.policy_id = ${policy} AND t.day = ${today})
               OR EXISTS (SELECT 1 FROM policies p JOIN policy_rehearsals h ON h.policy_id = p.id
                           WHERE p.id = ${policy} AND p.state = 'rehearsing' AND h.machine_id = a.machine_id
                             AND (h.at > ${coolDown} OR h.day = ${today})) THEN 'cooling-down'
             WHEN a.machine_id IN (${chronic}) THEN 'chronic'
             WHEN NOT s.online THEN 'offline'
           END AS exclusion
      FROM (SELECT DISTINCT ON (mf.machine_id) mf.machine_id, mf.fingerprint_id, mf.first_seen_at
              FROM fingerprints f JOIN machine_fingerprints mf ON mf.fingerprint_id = f.id AND mf.state = 'open'
             WHERE ${matches(conditions, plan.match)}
               AND (${age} IS NULL OR mf.last_seen_at > ${at} - make_interval(days => ${age}))
             ORDER BY mf.machine_id, mf.last_seen_at DESC, mf.fingerprint_id) a
      JOIN machines m ON m.id = a.machine_id
      JOIN (${selected}) s ON s.machine_id = a.machine_id`;
  return { sql, parameters: conditions.parameters };
}

/** What asks of the fingerprint `f` that it is meant. */
function matches(conditions: SqlConditions, match: PolicyPlan['match']): string {
  if (match.type === 'fingerprint') return `f.id = ${conditions.parameter(match.fingerprintId)}`;
  const code = conditions.parameter(match.code);
  if (match.phase === null) return `f.code = ${code}`;
  return `f.code = ${code} AND f.phase = ${conditions.parameter(match.phase)}`;
}
