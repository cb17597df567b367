import { type State, text } from '../state/state';
import { type JournalEntry } from './journal-entry';
import { runDefinitionSchema } from './run-definition';

const WHY = 'This run was ordered for another computer, from which this one was copied.';

/**
 * Makes every run of the journal one that is told to nobody, and has the one that has no verdict yet take back what it
 * did. Belongs to the transaction of the caller; answers how many runs there are.
 */
export function disownRuns(state: State): number {
  state.run('DELETE FROM local_requests');
  for (const row of state.all('SELECT run_id, definition FROM runs WHERE verdict IS NULL')) {
    const runId = text(row, 'run_id');
    const definition = runDefinitionSchema.safeParse(JSON.parse(text(row, 'definition')));
    const changesNothing = definition.data?.mode === 'dry-run';
    const entry: JournalEntry = changesNothing
      ? { kind: 'verdict', verdict: { verdict: 'cancelled', message: WHY } }
      : { kind: 'undo', because: { verdict: 'cancelled', message: WHY } };
    state.run(
      'INSERT INTO journal (run_id, entry, at) VALUES (?, ?, ?)',
      runId,
      JSON.stringify(entry),
      Date.now(),
    );
    if (changesNothing) {
      state.run(
        "UPDATE runs SET state = 'ended', ended_at = ?, verdict = 'cancelled' WHERE run_id = ?",
        Date.now(),
        runId,
      );
    }
  }
  return state.run("UPDATE runs SET origin = 'local'");
}
