import { integer, type State, text } from '../state/state';
import { type Clue, type Observation } from './observation';

const MINUTE_MS = 60_000;
/** Of a feature update that failed, set-up and Windows Update both tell, one this long after the other was read. */
const OTHER_TELLS_WITHIN_MS = 15 * MINUTE_MS;
/** What is older was told by both, if by any. */
const OLD_MS = 24 * 60 * MINUTE_MS;
/** What servicing alone knows of is told when Windows Update has had this time to tell of it itself. */
const UPDATE_TELLS_WITHIN_MS = 30 * MINUTE_MS;
/** … and this time in any case, for the machine may have been off meanwhile. */
const AT_LEAST_MS = 10 * MINUTE_MS;

/** A record, and whether it was there before its source was first read. */
export interface Arrival {
  readonly observation: Observation;
  readonly fromBacklog: boolean;
}

/**
 * Failures that are not reported yet: a report can't be taken back or completed, and for these another source is
 * expected to know more, or better. All methods belong to the transaction of the caller.
 */
export class WaitingRoom {
  constructor(private readonly state: State) {}

  /** Holds a failed feature update for the other that knows of it; not when that can't be expected any more. */
  holdFeature(arrival: Arrival, now: Date): boolean {
    if (arrival.observation.at.getTime() < now.getTime() - OLD_MS) return false;
    this.hold(arrival, now.getTime() + OTHER_TELLS_WITHIN_MS);
    return true;
  }

  /** Holds what servicing says of a package. Windows Update will say it, too, or there was no update of its. */
  holdVerdict({ source, code, kb, at, record }: Clue, fromBacklog: boolean, now: Date): void {
    const observation: Observation = {
      source,
      outcome: 'failure',
      code,
      phase: 'install',
      update: kb === undefined ? {} : { kb },
      updateKind: 'windows',
      updateSource: 'unknown',
      at,
      record,
    };
    const due = Math.max(at.getTime() + UPDATE_TELLS_WITHIN_MS, now.getTime() + AT_LEAST_MS);
    this.hold({ observation, fromBacklog }, due);
  }

  /** All that wait. */
  all(): Observation[] {
    return this.state
      .all('SELECT observation FROM waiting_failures ORDER BY id')
      .map((row) => parse(text(row, 'observation')));
  }

  hasDue(now: Date): boolean {
    return (
      this.state.get('SELECT 1 FROM waiting_failures WHERE due_at <= ? LIMIT 1', now.getTime()) !==
      undefined
    );
  }

  /** Takes out what has waited long enough, and all that needs not wait any more. */
  release(now: Date, isReady: (observation: Observation) => boolean): Arrival[] {
    const released: Arrival[] = [];
    for (const row of this.state.all('SELECT * FROM waiting_failures ORDER BY id')) {
      const observation = parse(text(row, 'observation'));
      if (integer(row, 'due_at') > now.getTime() && !isReady(observation)) continue;
      this.state.run('DELETE FROM waiting_failures WHERE id = ?', integer(row, 'id'));
      released.push({ observation, fromBacklog: integer(row, 'from_backlog') === 1 });
    }
    return released;
  }

  forgetAll(): void {
    this.state.run('DELETE FROM waiting_failures');
  }

  private hold({ observation, fromBacklog }: Arrival, due: number): void {
    this.state.run(
      'INSERT INTO waiting_failures (observation, from_backlog, due_at) VALUES (?, ?, ?)',
      JSON.stringify(observation),
      Number(fromBacklog),
      due,
    );
  }
}

function parse(json: string): Observation {
  const stored = JSON.parse(json) as Omit<Observation, 'at'> & { readonly at: string };
  return { ...stored, at: new Date(stored.at) };
}
