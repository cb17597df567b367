import { CHRONIC_RULE, type ChronicRule, UNHELPFUL_VERDICTS } from '@fleetmend/domain';
import { verdictList } from './decided-runs';

/** So many failed runs as the settings of campaigns say. */
const RUNS_AS_SET = `coalesce((SELECT (settings ->> 'chronicRuns')::int FROM campaign_settings LIMIT 1), ${CHRONIC_RULE.runs})`;

/** The rule that is in force, as a query. */
export const CHRONIC_RUNS_AS_SET = `SELECT ${RUNS_AS_SET} AS runs`;

/** Runs `r` that speak for a machine being chronic at `now`: SQL for a timestamptz. */
export function unhelpfulRuns(now: string, rule: ChronicRule = CHRONIC_RULE): string {
  return `r.mode = 'execute' AND r.verdict IN (${verdictList(UNHELPFUL_VERDICTS)})
    AND r.ended_at > ${now} - make_interval(days => ${whole(rule.days)})`;
}

/** What makes a group of such runs enough. */
export function areChronic(rule: ChronicRule | undefined): string {
  const { recurrences } = rule ?? CHRONIC_RULE;
  return `(count(*) >= ${rule ? whole(rule.runs) : RUNS_AS_SET}
    OR count(*) FILTER (WHERE r.verdict = 'recurred') >= ${whole(recurrences)})`;
}

/**
 * The ids of chronic machines, as a query that others put behind `IN`: `m.id IN (${chronicMachines('$3::timestamptz')})`.
 * `now` is SQL for a timestamptz. Without `rule` that of the settings is in force.
 */
export function chronicMachines(now: string, rule?: ChronicRule): string {
  return `SELECT r.machine_id FROM runs r WHERE ${unhelpfulRuns(now, rule)}
    GROUP BY r.machine_id HAVING ${areChronic(rule)}`;
}

/** Rules come from settings: nothing but a number may get into the SQL. */
function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number.`);
  return String(value);
}
