import { integer, type State, text } from '../state/state';
import { type Clue } from './observation';

/** Servicing fails first and Windows Update tells of it soon after; a restart may lie between them. */
const BEFORE_MS = 20 * 60_000;
const AFTER_MS = 2 * 60_000;
const MOST_CLUES = 4;
/** Longer than any other source is late. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** What servicing wrote lately. All methods belong to the transaction of the caller. */
export class ClueStore {
  constructor(private readonly state: State) {}

  /** False when it is known already. */
  keep({ source, code, kb, at, record, isVerdict }: Clue): boolean {
    const added = this.state.run(
      'INSERT OR IGNORE INTO clues (source, code, kb, at, record, is_verdict) VALUES (?, ?, ?, ?, ?, ?)',
      source,
      code,
      kb ?? '',
      at.getTime(),
      record,
      Number(isVerdict),
    );
    return added > 0;
  }

  /**
   * What may explain an installation that failed at `at`: first what names the same KB, then the nearest of what names
   * none. `onlyNamed` leaves those out: set-up doesn't install a feature update through servicing of this Windows.
   */
  near(at: Date, kb: string | undefined, onlyNamed: boolean): Clue[] {
    const time = at.getTime();
    return this.state
      .all(
        `SELECT * FROM clues WHERE at BETWEEN ?1 AND ?2 AND (kb = ?3 OR (kb = '' AND ?6 = 0))
         GROUP BY source, code ORDER BY kb = ?3 DESC, abs(at - ?4) LIMIT ?5`,
        time - BEFORE_MS,
        time + AFTER_MS,
        kb ?? '-',
        time,
        MOST_CLUES,
        Number(onlyNamed),
      )
      .map((row) => ({
        source: text(row, 'source') as Clue['source'],
        code: text(row, 'code'),
        kb: text(row, 'kb') === '' ? undefined : text(row, 'kb'),
        at: new Date(integer(row, 'at')),
        record: text(row, 'record'),
        isVerdict: integer(row, 'is_verdict') === 1,
      }));
  }

  forgetAll(): void {
    this.state.run('DELETE FROM clues');
  }

  /** Forgets what can't explain anything any more that is still to come. */
  prune(now: Date): void {
    this.state.run('DELETE FROM clues WHERE at < ?', now.getTime() - KEPT_MS);
  }
}
