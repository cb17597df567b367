import { type State, text } from '../state/state';
import { type Journal } from './journal';
import { type LeftoverParts, leftSomething } from './leftovers';

/** Of so many ended runs the journal keeps every entry. */
const WHOLE_RUNS = 100;
/** Of so many more it still knows that they were: an order that comes again is no new one. */
const KNOWN_RUNS = 5_000;

/**
 * Forgets the entries of runs that ended long ago. Kept are, however old: runs that left something on the machine (a
 * folder that was renamed, a changed setting) and could still be taken back, and those of which reports wait. Answers
 * of how many runs it forgot the entries.
 */
export async function pruneJournal(
  state: State,
  journal: Journal,
  waitingRuns: readonly string[],
  parts: LeftoverParts,
  keep: { readonly whole: number; readonly known: number } = {
    whole: WHOLE_RUNS,
    known: KNOWN_RUNS,
  },
): Promise<number> {
  const old = state
    .all(
      `SELECT run_id FROM runs WHERE verdict IS NOT NULL
          AND EXISTS (SELECT 1 FROM journal WHERE journal.run_id = runs.run_id)
        ORDER BY ended_at DESC LIMIT -1 OFFSET ?`,
      keep.whole,
    )
    .map((row) => text(row, 'run_id'));
  let forgotten = 0;
  for (const runId of old) {
    if (waitingRuns.includes(runId)) continue;
    if (await leftSomething(journal.facts(runId), parts)) continue;
    state.run('DELETE FROM journal WHERE run_id = ?', runId);
    forgotten += 1;
  }
  state.run(
    `DELETE FROM runs WHERE verdict IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM journal WHERE journal.run_id = runs.run_id)
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.run_id = runs.run_id)
        AND run_id NOT IN (SELECT run_id FROM runs ORDER BY begun_at DESC LIMIT ?)`,
    keep.known,
  );
  return forgotten;
}
