import { type Phase, type UpdateIdentity, type UpdateKind } from '@fleetmend/domain';
import { integer, maybeText, type State, text } from '../state/state';
import { type Observation } from './observation';
import { updateKey } from './update-identity';

/** From the offer of a feature update to its installation it takes days. */
const FEATURE_MEMORY_MS = 30 * 24 * 3_600_000;

/** What was observed since some moment, as verification needs it. */
export interface PastObservation {
  readonly outcome: 'failure' | 'success';
  readonly phase: Phase;
  readonly code: string | undefined;
  readonly kind: UpdateKind;
  readonly updateId: string | undefined;
  readonly kb: string | undefined;
  readonly at: Date;
}

/** What detection remembers of earlier readings. All methods belong to the transaction of the caller. */
export class DetectionStore {
  constructor(private readonly state: State) {}

  bookmark(source: string): string | undefined {
    const row = this.state.get('SELECT position FROM bookmarks WHERE source = ?', source);
    return row && text(row, 'position');
  }

  moveBookmark(source: string, position: string): void {
    this.state.run(
      'INSERT OR REPLACE INTO bookmarks (source, position) VALUES (?, ?)',
      source,
      position,
    );
  }

  /**
   * Rows of a download that failed carry no title: what an earlier row said of the update is put in. Set-up doesn't say
   * which feature update it installs: the one that Windows Update has dealt with lately, if there is just one.
   */
  complete(observation: Observation): Observation & { readonly updateKind: UpdateKind } {
    const update =
      observation.source === 'setup-results'
        ? (this.featureUpdateAt(observation.at) ?? observation.update)
        : observation.update;
    const fallback = observation.updateKind ?? 'windows';
    if (update.id === undefined) return { ...observation, update, updateKind: fallback };
    const row = this.state.get('SELECT * FROM known_updates WHERE update_id = ?', update.id);
    if (!row) return { ...observation, update, updateKind: fallback };
    const kb = update.kb ?? maybeText(row, 'kb');
    const title = update.title ?? maybeText(row, 'title');
    const kind = observation.updateKind ?? (maybeText(row, 'kind') as UpdateKind | undefined);
    return {
      ...observation,
      update: {
        ...update,
        ...(kb === undefined ? {} : { kb }),
        ...(title === undefined ? {} : { title }),
      },
      updateKind: kind ?? 'windows',
    };
  }

  /** Remembers title and kind of an update, by its id. */
  learn({ update, updateKind, at }: Observation): void {
    if (update.id === undefined || update.title === undefined) return;
    this.state.run(
      `INSERT INTO known_updates (update_id, kb, title, kind, seen_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (update_id) DO UPDATE
         SET kb = coalesce(excluded.kb, kb), title = excluded.title, kind = coalesce(excluded.kind, kind)`,
      update.id,
      update.kb ?? null,
      update.title,
      updateKind ?? null,
      at.getTime(),
    );
  }

  /** Since when this client knows of a source; from now on, if it didn't. */
  knownSince(source: string, now: Date): Date {
    this.state.run(
      'INSERT OR IGNORE INTO known_sources (source, since) VALUES (?, ?)',
      source,
      now.getTime(),
    );
    const row = this.state.get('SELECT since FROM known_sources WHERE source = ?', source);
    return row ? new Date(integer(row, 'since')) : now;
  }

  /** Whether the KB was installed at or after `at`. */
  wasInstalledSince(kb: string | undefined, at: Date): boolean {
    return (
      this.state.get(
        `SELECT 1 FROM observations
         WHERE outcome = 'success' AND phase = 'install' AND kb = ? AND at >= ? LIMIT 1`,
        kb ?? null,
        at.getTime(),
      ) !== undefined
    );
  }

  /** Notes that the update is not installed, the scan not done, since this failure. */
  openFailure({ phase, update, at }: Observation, code: string): void {
    this.state.run(
      `INSERT INTO open_failures (update_key, phase, code, revision, failed_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET failed_at = max(failed_at, excluded.failed_at), revision = excluded.revision`,
      updateKey(update),
      phase,
      code,
      update.revision ?? null,
      at.getTime(),
    );
  }

  /**
   * Closes what a success closes; says whether anything was. By the same rules as the server: a scan closes scans, all
   * else the same update, by its id or, since a KB that is offered anew has a new id, by its KB.
   */
  noteSuccess({ update, phase, at }: Observation): boolean {
    const failedBefore = at.getTime();
    if (phase === 'scan') {
      const sql = "DELETE FROM open_failures WHERE phase = 'scan' AND failed_at < ?";
      return this.state.run(sql, failedBefore) > 0;
    }
    if (phase === 'download' && this.hasOpenInstallFailure(updateKey(update))) return false;
    const closed = this.state.run(
      `DELETE FROM open_failures
       WHERE failed_at < ?1 AND phase <> 'scan' AND (?2 = 'install' OR phase = ?2)
         AND CASE
           WHEN update_key = ?3 THEN revision IS NULL OR ?4 IS NULL OR revision <= ?4
           ELSE update_key = ?5 OR update_key IN (SELECT update_id FROM known_updates WHERE kb = ?5)
         END`,
      failedBefore,
      phase,
      update.id ?? null,
      update.revision ?? null,
      update.kb ?? null,
    );
    return closed > 0;
  }

  /** Whether an open failure has this code and phase, of this update: by its id, or by its KB, where one is named. */
  isOpen({
    code,
    phase,
    updateId,
    kb,
  }: {
    readonly code: string;
    readonly phase: string;
    readonly updateId?: string | undefined;
    readonly kb?: string | undefined;
  }): boolean {
    const row = this.state.get(
      `SELECT 1 FROM open_failures
       WHERE code = ?1 AND phase = ?2
         AND ((?3 IS NULL AND ?4 IS NULL) OR update_key IN (?3, ?4)
              OR update_key IN (SELECT update_id FROM known_updates WHERE kb = ?4))
       LIMIT 1`,
      ...[code, phase, updateId ?? null, kb ?? null],
    );
    return row !== undefined;
  }

  /** Keeps what verification may look at, once. */
  remember(observation: Observation & { readonly updateKind: UpdateKind }): void {
    const { source, outcome, phase, code, updateKind, update, at } = observation;
    const values = [source, outcome, phase, code ?? null, updateKind] as const;
    this.state.run(
      `INSERT INTO observations (source, outcome, phase, code, kind, update_id, kb, at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
       WHERE NOT EXISTS (
         SELECT 1 FROM observations
         WHERE at = ?8 AND source = ?1 AND outcome = ?2 AND phase = ?3
           AND code IS ?4 AND update_id IS ?6)`,
      ...values,
      update.id ?? null,
      update.kb ?? null,
      at.getTime(),
    );
  }

  /** What was observed at or after `since`, oldest first. */
  observedSince(since: Date): PastObservation[] {
    return this.state
      .all('SELECT * FROM observations WHERE at >= ? ORDER BY at, id LIMIT 5000', since.getTime())
      .map((row) => ({
        outcome: text(row, 'outcome') as PastObservation['outcome'],
        phase: text(row, 'phase') as Phase,
        code: maybeText(row, 'code'),
        kind: text(row, 'kind') as UpdateKind,
        updateId: maybeText(row, 'update_id'),
        kb: maybeText(row, 'kb'),
        at: new Date(integer(row, 'at')),
      }));
  }

  /** Forgets how far was read and which failures were reported, except those: they are on their way. */
  forgetAllBut(
    waiting: readonly { readonly code: string; readonly phase: Phase; readonly at: Date }[],
  ): void {
    const nameOf = (code: string, phase: string, at: number) => `${code} ${phase} ${at}`;
    const kept = new Set(waiting.map(({ code, phase, at }) => nameOf(code, phase, at.getTime())));
    this.state.run('DELETE FROM bookmarks');
    this.state.run('DELETE FROM known_sources');
    for (const row of this.state.all('SELECT id, code, phase, occurred_at FROM occurrences')) {
      const name = nameOf(text(row, 'code'), text(row, 'phase'), integer(row, 'occurred_at'));
      if (!kept.has(name))
        this.state.run('DELETE FROM occurrences WHERE id = ?', integer(row, 'id'));
    }
  }

  /** Forgets what is older than `before` and can't matter any more. Open failures stay. */
  prune(before: Date): void {
    const limit = before.getTime();
    this.state.run('DELETE FROM observations WHERE at < ?', limit);
    this.state.run('DELETE FROM occurrences WHERE occurred_at < ?', limit);
    this.state.run('DELETE FROM known_updates WHERE seen_at < ?', limit);
  }

  private featureUpdateAt(at: Date): UpdateIdentity | undefined {
    const rows = this.state.all(
      `SELECT update_id FROM known_updates
       WHERE kind = 'feature' AND seen_at BETWEEN ? AND ? LIMIT 2`,
      at.getTime() - FEATURE_MEMORY_MS,
      at.getTime() + FEATURE_MEMORY_MS,
    );
    const [only] = rows;
    return only && rows.length === 1 ? { id: text(only, 'update_id') } : undefined;
  }

  private hasOpenInstallFailure(key: string): boolean {
    return (
      this.state.get(
        "SELECT 1 FROM open_failures WHERE update_key = ? AND phase <> 'download' LIMIT 1",
        key,
      ) !== undefined
    );
  }
}
