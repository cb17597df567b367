import { Injectable } from '@nestjs/common';
import type { MachineHints } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A computer that holds the copied key of a machine and asks for its own. */
export interface ReEnrolmentRow {
  readonly id: string;
  readonly machineId: string;
  readonly machineHostname: string;
  readonly hostname: string;
  readonly smbiosUuid: string | null;
  readonly machineGuid: string | null;
  readonly clientVersion: string;
  readonly address: string;
  readonly state: 'waiting' | 'allowed' | 'refused' | 'done';
  readonly firstAskedAt: Date;
  readonly lastAskedAt: Date;
  readonly newMachineId: string | null;
}

const COLUMNS = `e.id, e.machine_id AS "machineId", m.hostname AS "machineHostname", e.hostname,
  e.smbios_uuid AS "smbiosUuid", e.machine_guid AS "machineGuid", e.client_version AS "clientVersion", e.address,
  e.state, e.first_asked_at AS "firstAskedAt", e.last_asked_at AS "lastAskedAt",
  e.new_machine_id AS "newMachineId"`;
const FROM = 're_enrolments e JOIN machines m ON m.id = e.machine_id';

@Injectable()
export class ReEnrolmentsRepository {
  /** Notes that a computer asks, and answers how it stands; nobody else changes that until the transaction ends. */
  async ask(
    transaction: Transaction,
    asked: {
      readonly id: string;
      readonly machineId: string;
      readonly hints: MachineHints;
      readonly clientVersion: string;
      readonly address: string;
      readonly at: Date;
    },
  ): Promise<ReEnrolmentRow> {
    const { hints } = asked;
    const [noted] = await transaction.query<{ id: string }>(
      `INSERT INTO re_enrolments (id, machine_id, hostname, smbios_uuid, machine_guid, client_version, address,
                                  state, first_asked_at, last_asked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $8)
       ON CONFLICT (machine_id, lower(hostname), coalesce(smbios_uuid, ''), coalesce(machine_guid, '')) DO UPDATE
         SET last_asked_at = excluded.last_asked_at, client_version = excluded.client_version,
             address = excluded.address
       RETURNING id`,
      [
        ...[asked.id, asked.machineId, hints.hostname, hints.smbiosUuid, hints.machineGuid],
        ...[asked.clientVersion, asked.address, asked.at],
      ],
    );
    const row = noted && (await this.find(transaction, noted.id));
    if (!row) throw new Error('What was written is not there.');
    return row;
  }

  async find(database: Queryable, id: string): Promise<ReEnrolmentRow | undefined> {
    const [row] = await database.query<ReEnrolmentRow>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE e.id = $1`,
      [id],
    );
    return row;
  }

  /** Those about which an administrator has to decide; who asked last comes first. */
  waiting(database: Queryable): Promise<ReEnrolmentRow[]> {
    return database.query<ReEnrolmentRow>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE e.state = 'waiting' ORDER BY e.last_asked_at DESC, e.id LIMIT 200`,
    );
  }

  /** Decides about one that waits; says whether it still did. */
  async decide(
    transaction: Transaction,
    id: string,
    decision: { readonly state: 'allowed' | 'refused'; readonly by: string; readonly at: Date },
  ): Promise<boolean> {
    const decided = await transaction.query(
      `UPDATE re_enrolments SET state = $2, decided_by = $3, decided_at = $4
        WHERE id = $1 AND state = 'waiting' RETURNING id`,
      [id, decision.state, decision.by, decision.at],
    );
    return decided.length > 0;
  }

  async done(transaction: Transaction, id: string, newMachineId: string): Promise<void> {
    await transaction.query(
      `UPDATE re_enrolments SET state = 'done', new_machine_id = $2 WHERE id = $1`,
      [id, newMachineId],
    );
  }

  /** The machine that a computer became, if it never connected since: the answer may have got lost. */
  async neverConnected(transaction: Transaction, machineId: string): Promise<boolean> {
    const rows = await transaction.query(
      `SELECT 1 FROM machines WHERE id = $1 AND retired_at IS NULL AND last_seen_at IS NULL FOR NO KEY UPDATE`,
      [machineId],
    );
    return rows.length > 0;
  }
}
