import { HELPED_VERDICTS, MENDED_VERDICTS, UNHELPFUL_VERDICTS } from '@fleetmend/domain';

/** Verdicts as a list in SQL. They are constants of this program. */
export function verdictList(verdicts: readonly string[]): string {
  return verdicts.map((verdict) => `'${verdict}'`).join(', ');
}

/** Runs that were taken back: few, and found once for a whole statement. */
const TAKEN_BACK = `(SELECT u.undoes FROM runs u WHERE u.undoes IS NOT NULL AND u.verdict = 'undone')`;

/** A success that was taken back proves nothing any more; a failure stays one. */
function decided(helped: readonly string[]): string {
  return `(r.mode = 'execute' AND r.verdict IN (${verdictList([...helped, ...UNHELPFUL_VERDICTS])})
    AND (r.verdict IN (${verdictList(UNHELPFUL_VERDICTS)}) OR r.id NOT IN ${TAKEN_BACK}))`;
}

/** Whether the run `r` says something about the failure that it was made against. */
export const DECIDED_ABOUT_FAILURE = decided(MENDED_VERDICTS);
/** Whether the run `r` says something about its playbook. */
export const DECIDED_ABOUT_PLAYBOOK = decided(HELPED_VERDICTS);

/** Counts of decided runs `r`, with the levels that are proven for them: L0 to L2 hold those below them. */
export const EFFECT_COUNTS = `
  count(*) FILTER (WHERE r.verdict IN (${verdictList(HELPED_VERDICTS)}))::int AS helped,
  count(*)::int AS decided,
  count(*) FILTER (WHERE r.level >= 'L0')::int AS "L0",
  count(*) FILTER (WHERE r.level >= 'L1')::int AS "L1",
  count(*) FILTER (WHERE r.level >= 'L2')::int AS "L2",
  count(*) FILTER (WHERE r.restart_survived_at IS NOT NULL)::int AS "L3",
  count(*) FILTER (WHERE r.held_at IS NOT NULL)::int AS "L4"`;
