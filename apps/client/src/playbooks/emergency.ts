import { type Clock } from '../clock';
import { type Log } from '../log';
import { readState } from '../state/read-state';
import { type State, text } from '../state/state';
import { type Windows } from '../windows/windows';
import { journalEntrySchema } from './journal-entry';
import { RunFacts } from './run-facts';
import { ran } from './service-control';
import { restoreServices } from './steps/restore-services';

const EMERGENCY_TIMEOUT_MS = 60_000;

export interface EmergencyParts {
  readonly windows: Windows;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts what a run has stopped, without a word in its journal. Never rejects. */
export async function startServicesOf(
  facts: RunFacts,
  why: string,
  { windows, clock, log }: EmergencyParts,
): Promise<void> {
  if (!facts.savedServices().some(ran)) return;
  try {
    const outcome = await restoreServices(EMERGENCY_TIMEOUT_MS, { windows, clock, facts });
    log.warn(`Services of a run were started: ${why}`, { outcome });
  } catch (error) {
    log.error('Services could not be started.', { error });
  }
}

/**
 * Starts what the run in hand has stopped, from what can be read of the state, though it can't be opened to work with:
 * no machine waits for room on its disk, or for a client that doesn't crash, without its update services. Never rejects.
 */
export async function rescueServices(
  directory: string,
  why: string,
  parts: EmergencyParts,
): Promise<void> {
  let state: State | undefined;
  try {
    state = readState(directory);
    if (state) await startServicesOf(factsOfActiveRun(state), why, parts);
  } catch (error) {
    parts.log.error('What a run may have stopped is not known: the state could not be read.', {
      error,
    });
  } finally {
    state?.close();
  }
}

/** Entries that this client doesn't understand say nothing about services. */
function factsOfActiveRun(state: State): RunFacts {
  const rows = state.all(
    `SELECT entry FROM journal WHERE run_id IN (SELECT run_id FROM runs WHERE verdict IS NULL)
     ORDER BY position`,
  );
  return new RunFacts(
    rows.flatMap((row) => {
      const entry = journalEntrySchema.safeParse(JSON.parse(text(row, 'entry')));
      return entry.success ? [{ entry: entry.data, at: new Date(0) }] : [];
    }),
  );
}
