import { Injectable } from '@nestjs/common';
import type { Queryable, Transaction } from '../../platform/database';

/** A machine at the moment of its enrolment. */
export interface EnrolledMachine {
  readonly id: string;
  readonly hostname: string;
  readonly machineGuid: string | null;
  /** `x` of its Ed25519 key. */
  readonly publicKey: string;
  readonly clientVersion: string;
  readonly enrolledAt: Date;
  readonly tokenId: string;
  readonly tokenLabel: string;
}

/** What a connection is checked against. */
export interface MachineIdentity {
  readonly id: string;
  readonly hostname: string;
  readonly publicKey: string;
  readonly retired: boolean;
}

/** One connection of a machine: only the goodbye of the newest number counts. */
export interface MachineConnection {
  readonly machineId: string;
  readonly number: number;
}

/** Who belongs to the fleet, and who is connected. */
@Injectable()
export class MachineRegistryRepository {
  /** Adds a machine. A public key that is known already is refused by the database (SQLSTATE 23505). */
  async enrol(transaction: Transaction, machine: EnrolledMachine): Promise<void> {
    await transaction.query(
      `INSERT INTO machines (id, hostname, machine_guid, public_key, client_version, enrolled_at,
                             enrolment_token_id, enrolment_token_label)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        machine.id,
        machine.hostname,
        machine.machineGuid,
        machine.publicKey,
        machine.clientVersion,
        machine.enrolledAt,
        machine.tokenId,
        machine.tokenLabel,
      ],
    );
  }

  async identityOf(database: Queryable, machineId: string): Promise<MachineIdentity | undefined> {
    const [found] = await database.query<MachineIdentity>(
      `SELECT id, hostname, public_key AS "publicKey", retired_at IS NOT NULL AS retired
         FROM machines WHERE id = $1`,
      [machineId],
    );
    return found;
  }

  /** Marks machines as online and gives each connection its number. Machines that are not there get none. */
  async connected(
    transaction: Queryable,
    machines: readonly { readonly machineId: string; readonly clientVersion: string }[],
    now: Date,
  ): Promise<MachineConnection[]> {
    const latest = new Map(machines.map((each) => [each.machineId, each.clientVersion]));
    return transaction.query<MachineConnection>(
      `WITH locked AS (
         SELECT m.id, c.client_version
           FROM machines m
           JOIN unnest($1::uuid[], $2::text[]) AS c (id, client_version) ON c.id = m.id
          ORDER BY m.id FOR NO KEY UPDATE OF m)
       UPDATE machines m
          SET online = true, connection_number = connection_number + 1, last_seen_at = $3,
              client_version = locked.client_version
         FROM locked WHERE m.id = locked.id
       RETURNING m.id AS "machineId", m.connection_number::int AS number`,
      [[...latest.keys()], [...latest.values()], now],
    );
  }

  /** Marks machines as offline whose newest connection has ended; answers which those were. */
  async disconnected(
    transaction: Queryable,
    connections: readonly MachineConnection[],
    now: Date,
  ): Promise<string[]> {
    const gone = await transaction.query<{ id: string }>(
      `WITH locked AS (
         SELECT m.id
           FROM machines m
           JOIN unnest($1::uuid[], $2::bigint[]) AS c (id, number)
             ON c.id = m.id AND c.number = m.connection_number
          WHERE m.online
          ORDER BY m.id FOR NO KEY UPDATE OF m)
       UPDATE machines m SET online = false, last_seen_at = $3
         FROM locked WHERE m.id = locked.id
       RETURNING m.id`,
      [connections.map((each) => each.machineId), connections.map((each) => each.number), now],
    );
    return gone.map(({ id }) => id);
  }

  /** At the server's start nobody is connected, whatever a server that was killed has left behind. */
  async everyoneOffline(transaction: Queryable): Promise<void> {
    await transaction.query('UPDATE machines SET online = false WHERE online');
  }

  /** Retires a machine: its key counts no more. Answers its name, or nothing when there was none to retire. */
  async retire(
    transaction: Transaction,
    machineId: string,
    now: Date,
  ): Promise<string | undefined> {
    const [retired] = await transaction.query<{ hostname: string }>(
      `UPDATE machines SET retired_at = $2, online = false
        WHERE id = $1 AND retired_at IS NULL RETURNING hostname`,
      [machineId, now],
    );
    return retired?.hostname;
  }
}
