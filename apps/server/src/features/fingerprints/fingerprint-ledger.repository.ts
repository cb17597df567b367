import { Injectable } from '@nestjs/common';
import type { Fingerprint, Phase, UpdateKind } from '@fleetmend/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';

/** A fingerprint as it is met in a report. */
export interface MetFingerprint {
  readonly fingerprint: Fingerprint;
  readonly title: string | undefined;
  readonly updateKind: UpdateKind;
  readonly at: Date;
}

/** How one fingerprint stands on one machine, as its row has it. */
export interface MachineFingerprintRow {
  readonly machineId: string;
  readonly fingerprintId: string;
  readonly phase: Phase;
  readonly state: 'open' | 'closed' | 'superseded';
  readonly occurrences: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly closedAt: Date | null;
  readonly updateId: string | null;
  readonly updateRevision: string | null;
  readonly kb: string | null;
  /** The title of its update, as the first machine that named it does. */
  readonly title: string | null;
}

/** A row as it is written: what belongs to the fingerprint stays there. */
export type WrittenMachineFingerprint = Omit<MachineFingerprintRow, 'phase' | 'title'>;

/** What a batch of reports adds to the counts of a fingerprint. */
export interface FingerprintGrowth {
  occurrences: number;
  machines: number;
  openMachines: number;
  /** Null where there was no occurrence, only a success. */
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  title: string | undefined;
}

/** What the writer of reports keeps about fingerprints, so that nobody who reads has to count failures. */
@Injectable()
export class FingerprintLedgerRepository {
  /** Ids by key, of fingerprints whose row is known to be committed: rows never go, so neither do these. */
  private readonly known = new Map<string, string>();
  private static readonly KNOWN_LIMIT = 50_000;

  /** Finds or makes the fingerprints; answers ids by key. */
  async idsOf(
    transaction: Transaction,
    met: readonly MetFingerprint[],
  ): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    const missing = new Map<string, MetFingerprint>();
    for (const each of met) {
      const { key } = each.fingerprint;
      const id = this.known.get(key);
      if (id === undefined) missing.set(key, each);
      else ids.set(key, id);
    }
    if (missing.size === 0) return ids;
    const found = await this.findOrMake(transaction, [...missing.values()]);
    for (const { key, id } of found) ids.set(key, id);
    transaction.afterCommit(() => {
      if (this.known.size > FingerprintLedgerRepository.KNOWN_LIMIT) this.known.clear();
      for (const { key, id } of found) this.known.set(key, id);
    });
    return ids;
  }

  private async findOrMake(
    transaction: Transaction,
    met: readonly MetFingerprint[],
  ): Promise<{ key: string; id: string }[]> {
    // In the order of keys, so that two writers that make the same ones wait for each other in the same order.
    const rows = met
      .map(({ fingerprint, title, updateKind, at }) => ({
        id: uuidv7(),
        key: fingerprint.key,
        code: fingerprint.code,
        extendedCode: fingerprint.extendedCode,
        phase: fingerprint.phase,
        update:
          fingerprint.update.key === '-'
            ? null
            : fingerprint.update.key.slice(fingerprint.update.key.indexOf(':') + 1),
        title,
        updateKind,
        updateSource: fingerprint.updateSource,
        osFamily: fingerprint.osFamily,
        at,
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    await transaction.query(
      `INSERT INTO fingerprints (id, key, code, extended_code, phase, update, update_title, update_kind,
                                 update_source, os_family, first_seen_at, last_seen_at)
       SELECT id, key, code, "extendedCode", phase, update, title, "updateKind", "updateSource", "osFamily", at, at
         FROM json_to_recordset($1::json) AS met (
           id uuid, key text, code text, "extendedCode" text, phase text, update text, title text,
           "updateKind" text, "updateSource" text, "osFamily" text, at timestamptz)
       ON CONFLICT (key) DO NOTHING`,
      [JSON.stringify(rows)],
    );
    return transaction.query<{ key: string; id: string }>(
      'SELECT key, id FROM fingerprints WHERE key = ANY ($1::text[])',
      [rows.map(({ key }) => key)],
    );
  }

  /**
   * How fingerprints stand on machines: all that are open on `machines`, and those of `pairs` in any state. The
   * machines' rows are locked, so that nobody else changes these.
   */
  async standing(
    transaction: Transaction,
    machines: readonly string[],
    fingerprints: readonly string[],
  ): Promise<MachineFingerprintRow[]> {
    return transaction.query<MachineFingerprintRow>(
      `SELECT mf.machine_id AS "machineId", mf.fingerprint_id AS "fingerprintId", f.phase, mf.state,
              mf.occurrences, mf.first_seen_at AS "firstSeenAt", mf.last_seen_at AS "lastSeenAt",
              mf.closed_at AS "closedAt", mf.update_id AS "updateId",
              mf.update_revision AS "updateRevision", mf.kb, f.update_title AS title
         FROM machine_fingerprints mf
         JOIN fingerprints f ON f.id = mf.fingerprint_id
        WHERE mf.machine_id = ANY ($1::uuid[])
          AND (mf.state = 'open' OR mf.fingerprint_id = ANY ($2::uuid[]))`,
      [machines, fingerprints],
    );
  }

  async putStanding(
    transaction: Transaction,
    rows: readonly WrittenMachineFingerprint[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO machine_fingerprints AS mf
         (machine_id, fingerprint_id, state, occurrences, first_seen_at, last_seen_at, closed_at, update_id,
          update_revision, kb)
       SELECT "machineId", "fingerprintId", state, occurrences, "firstSeenAt", "lastSeenAt", "closedAt",
              "updateId", "updateRevision", kb
         FROM json_to_recordset($1::json) AS entry (
           "machineId" uuid, "fingerprintId" uuid, state text, occurrences int, "firstSeenAt" timestamptz,
           "lastSeenAt" timestamptz, "closedAt" timestamptz, "updateId" text, "updateRevision" bigint, kb text)
       ON CONFLICT (machine_id, fingerprint_id) DO UPDATE
         SET state = excluded.state, occurrences = excluded.occurrences,
             first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
             closed_at = excluded.closed_at, update_id = excluded.update_id,
             update_revision = excluded.update_revision, kb = excluded.kb`,
      [JSON.stringify(rows)],
    );
  }

  /** Adds to the counts. Rows are taken in the order of their ids, so that two writers can't lock each other out. */
  async grow(
    transaction: Transaction,
    growth: ReadonlyMap<string, FingerprintGrowth>,
  ): Promise<void> {
    const rows = [...growth].map(([id, each]) => ({ id, ...each }));
    await transaction.query(
      `WITH growth AS (
         SELECT * FROM json_to_recordset($1::json) AS growth (
           id uuid, occurrences int, machines int, "openMachines" int, "firstSeenAt" timestamptz,
           "lastSeenAt" timestamptz, title text)),
       locked AS (
         SELECT f.id FROM fingerprints f JOIN growth g ON g.id = f.id ORDER BY f.id FOR NO KEY UPDATE OF f)
       UPDATE fingerprints f
          SET occurrences = f.occurrences + g.occurrences, machines = f.machines + g.machines,
              open_machines = f.open_machines + g."openMachines",
              first_seen_at = least(f.first_seen_at, g."firstSeenAt"),
              last_seen_at = greatest(f.last_seen_at, g."lastSeenAt"),
              update_title = coalesce(f.update_title, g.title)
         FROM growth g JOIN locked ON locked.id = g.id
        WHERE f.id = g.id`,
      [JSON.stringify(rows)],
    );
  }

  /** Nothing is open any more on a machine that is retired; answers the fingerprints that were. */
  async abandon(transaction: Transaction, machineId: string): Promise<string[]> {
    const abandoned = await transaction.query<{ id: string }>(
      `WITH abandoned AS (
         UPDATE machine_fingerprints SET state = 'superseded'
          WHERE machine_id = $1 AND state = 'open' RETURNING fingerprint_id AS id),
       nothing_open AS (UPDATE machines SET open_failures = 0 WHERE id = $1),
       locked AS (
         SELECT f.id FROM fingerprints f JOIN abandoned a ON a.id = f.id ORDER BY f.id FOR NO KEY UPDATE OF f)
       UPDATE fingerprints f SET open_machines = f.open_machines - 1
         FROM locked WHERE f.id = locked.id RETURNING f.id`,
      [machineId],
    );
    return abandoned.map(({ id }) => id);
  }

  /** Adds to the hourly roll-up. */
  async rollUp(
    transaction: Transaction,
    hours: readonly { fingerprintId: string; hour: Date; failures: number }[],
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO fingerprint_hours AS h (fingerprint_id, hour, failures)
       SELECT "fingerprintId", hour, failures
         FROM json_to_recordset($1::json) AS each ("fingerprintId" uuid, hour timestamptz, failures int)
        ORDER BY 1, 2
       ON CONFLICT (fingerprint_id, hour) DO UPDATE SET failures = h.failures + excluded.failures`,
      [JSON.stringify(hours)],
    );
  }
}
