import { Injectable } from '@nestjs/common';
import type { ClientVersions, ReleaseState } from '@fleetmend/dashboard-api';
import type { ClientArchitecture } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A release as stored. */
export interface ReleaseRow {
  readonly id: string;
  readonly version: string;
  readonly architecture: ClientArchitecture;
  readonly sha256: string;
  /** bigint, as text. */
  readonly size: string;
  readonly manifest: string;
  readonly createdAt: Date;
  readonly minimumFromVersion: string | null;
  readonly uploadedAt: Date;
  readonly uploadedBy: string;
  readonly state: ReleaseState;
  readonly percentage: number | null;
  readonly haltAfter: number;
  readonly haltReason: string | null;
}

/** What the list shows beside it. */
export interface ReleaseCounts {
  readonly chosenMachines: number;
  readonly eligibleMachines: number;
}

/** What an administrator decides about a release. */
export type ReleaseStanding = Pick<ReleaseRow, 'state' | 'percentage' | 'haltAfter' | 'haltReason'>;

const COLUMNS = `r.id, r.version, r.architecture, r.sha256, r.size, r.manifest, r.created_at AS "createdAt",
  r.minimum_from_version AS "minimumFromVersion", r.uploaded_at AS "uploadedAt", r.uploaded_by AS "uploadedBy",
  r.state, r.percentage, r.halt_after AS "haltAfter", r.halt_reason AS "haltReason"`;

/** Machines `m` that could take the release `r`. One whose kind is not known yet counts as the usual one. */
const ELIGIBLE = `m.retired_at IS NULL
  AND coalesce(m.inventory #>> '{os,architecture}', 'x64') = r.architecture
  AND client_version_order(m.client_version) < client_version_order(r.version)`;

/** Releases, and who is chosen to get them. */
@Injectable()
export class ReleasesRepository {
  /** The newest version first. */
  all(database: Queryable): Promise<(ReleaseRow & ReleaseCounts)[]> {
    return database.query(
      `SELECT ${COLUMNS},
              (SELECT count(*)::int FROM release_machines c WHERE c.release_id = r.id) AS "chosenMachines",
              (SELECT count(*)::int FROM machines m WHERE ${ELIGIBLE}) AS "eligibleMachines"
         FROM releases r
        ORDER BY client_version_order(r.version) DESC, r.architecture, r.id`,
    );
  }

  /** Those that are offered to somebody. */
  rolling(database: Queryable): Promise<ReleaseRow[]> {
    return database.query<ReleaseRow>(
      `SELECT ${COLUMNS} FROM releases r WHERE r.state = 'rolling'
        ORDER BY client_version_order(r.version) DESC`,
    );
  }

  async find(database: Queryable, id: string): Promise<ReleaseRow | undefined> {
    const [row] = await database.query<ReleaseRow>(
      `SELECT ${COLUMNS} FROM releases r WHERE r.id = $1`,
      [id],
    );
    return row;
  }

  /** The same, locked until the transaction ends. */
  async lock(transaction: Transaction, id: string): Promise<ReleaseRow | undefined> {
    const [row] = await transaction.query<ReleaseRow>(
      `SELECT ${COLUMNS} FROM releases r WHERE r.id = $1 FOR UPDATE`,
      [id],
    );
    return row;
  }

  /** False when there is one of this version for this kind of machine already. */
  async add(transaction: Transaction, release: ReleaseRow): Promise<boolean> {
    const added = await transaction.query(
      `INSERT INTO releases (id, version, architecture, sha256, size, manifest, created_at, minimum_from_version,
                             uploaded_at, uploaded_by, state, halt_after)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (version, architecture) DO NOTHING RETURNING id`,
      [
        ...[release.id, release.version, release.architecture, release.sha256, release.size],
        ...[release.manifest, release.createdAt, release.minimumFromVersion],
        ...[release.uploadedAt, release.uploadedBy, release.state, release.haltAfter],
      ],
    );
    return added.length === 1;
  }

  async decide(transaction: Transaction, id: string, standing: ReleaseStanding): Promise<void> {
    await transaction.query(
      `UPDATE releases SET state = $2, percentage = $3, halt_after = $4, halt_reason = $5 WHERE id = $1`,
      [id, standing.state, standing.percentage, standing.haltAfter, standing.haltReason],
    );
  }

  /** Chooses these machines one by one, and no others; those that don't exist are left out. Answers how many. */
  async choose(
    transaction: Transaction,
    id: string,
    machineIds: readonly string[],
  ): Promise<number> {
    await transaction.query('DELETE FROM release_machines WHERE release_id = $1', [id]);
    if (machineIds.length === 0) return 0;
    const chosen = await transaction.query(
      `INSERT INTO release_machines (release_id, machine_id)
       SELECT $1, m.id FROM machines m WHERE m.id = ANY ($2::uuid[]) AND m.retired_at IS NULL RETURNING machine_id`,
      [id, machineIds],
    );
    return chosen.length;
  }

  async isChosen(database: Queryable, id: string, machineId: string): Promise<boolean> {
    const found = await database.query(
      'SELECT 1 FROM release_machines WHERE release_id = $1 AND machine_id = $2',
      [id, machineId],
    );
    return found.length > 0;
  }

  /** Machines that could take it and are connected, with whether they are chosen one by one. */
  waiting(
    database: Queryable,
    id: string,
  ): Promise<{ readonly machineId: string; readonly isChosen: boolean }[]> {
    return database.query(
      `SELECT m.id AS "machineId", c.machine_id IS NOT NULL AS "isChosen"
         FROM releases r
         JOIN machines m ON m.online AND ${ELIGIBLE}
         LEFT JOIN release_machines c ON c.release_id = r.id AND c.machine_id = m.id
        WHERE r.id = $1`,
      [id],
    );
  }

  /** False when machines have been offered it: then it belongs to their history. */
  async remove(transaction: Transaction, id: string): Promise<boolean> {
    const removed = await transaction.query(
      `DELETE FROM releases r WHERE r.id = $1
          AND NOT EXISTS (SELECT 1 FROM machine_updates u WHERE u.release_id = r.id) RETURNING r.id`,
      [id],
    );
    return removed.length === 1;
  }

  /** How many machines run which client. */
  versions(database: Queryable): Promise<ClientVersions['items']> {
    return database.query(
      `SELECT client_version AS version, count(*)::int AS machines
         FROM machines WHERE retired_at IS NULL
        GROUP BY client_version
        ORDER BY client_version_order(client_version) DESC NULLS LAST, client_version NULLS LAST`,
    );
  }
}
