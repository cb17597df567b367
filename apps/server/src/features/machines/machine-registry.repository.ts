import { Injectable } from '@nestjs/common';
import { MOST_TAGS } from '@fleetmend/dashboard-api';
import type { MachineHints } from '@fleetmend/domain';
import type { Queryable, Transaction } from '../../platform/database';

/** A machine at the moment of its enrolment. */
export interface EnrolledMachine {
  readonly id: string;
  readonly hostname: string;
  readonly machineGuid: string | null;
  readonly smbiosUuid?: string | null;
  /** `x` of its Ed25519 key. */
  readonly publicKey: string;
  readonly clientVersion: string;
  readonly enrolledAt: Date;
  /** None for one that enrolled with the copied key of another machine. */
  readonly tokenId: string | null;
  readonly tokenLabel: string;
  /** The machine whose copied key it came with. */
  readonly clonedFrom?: string;
  /** What its token gives it. */
  readonly site?: string | null;
  readonly tags?: readonly string[];
}

/** What a connection is checked against. */
export interface MachineIdentity {
  readonly id: string;
  readonly hostname: string;
  readonly publicKey: string;
  readonly retired: boolean;
  /** The server that it is connected to, as far as is written, and which start of its client that is. */
  readonly connectedTo: { readonly nodeId: string; readonly instanceId: string | null } | null;
  /** Where its key was made, as far as is known. */
  readonly hints: MachineHints;
}

/** A machine that has connected, with what it said of itself. */
export interface ArrivedMachine {
  readonly machineId: string;
  readonly clientVersion: string;
  readonly instanceId?: string | undefined;
  readonly hints?: MachineHints | undefined;
}

/** One connection of a machine: only the goodbye of the newest number counts. */
export interface MachineConnection {
  readonly machineId: string;
  readonly number: number;
}

/** A connection that has just got its number, and the server on which the machine was online until then. */
export interface NumberedConnection extends MachineConnection {
  readonly before: string | null;
}

/** A server that is gone, and when it was heard of last. */
export interface LostNode {
  readonly id: string;
  readonly heartbeatAt: Date;
}

const IDENTITY = `id, hostname, public_key AS "publicKey", retired_at IS NOT NULL AS retired,
  json_strip_nulls(json_build_object('smbiosUuid', smbios_uuid, 'machineGuid', machine_guid, 'hostname', hostname)) AS hints,
  CASE WHEN online AND connection_node IS NOT NULL THEN
    json_build_object('nodeId', connection_node, 'instanceId', connection_instance) END AS "connectedTo"`;

/** The site at `place` as other machines that are there already have it written. */
function siteAsWritten(place: string): string {
  return `coalesce(
  (SELECT o.site FROM machines o WHERE lower(o.site) = lower(${place}::text) AND o.retired_at IS NULL LIMIT 1), ${place})`;
}

/** Who belongs to the fleet, and who is connected. */
@Injectable()
export class MachineRegistryRepository {
  /** Adds a machine. A public key that is known already is refused by the database (SQLSTATE 23505). */
  async enrol(transaction: Transaction, machine: EnrolledMachine): Promise<void> {
    await transaction.query(
      `INSERT INTO machines (id, hostname, machine_guid, public_key, client_version, enrolled_at,
                             enrolment_token_id, enrolment_token_label, smbios_uuid, cloned_from, hints_due_at,
                             site)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6, ${siteAsWritten('$11')})`,
      [
        machine.id,
        machine.hostname,
        machine.machineGuid,
        machine.publicKey,
        machine.clientVersion,
        machine.enrolledAt,
        machine.tokenId,
        machine.tokenLabel,
        machine.smbiosUuid,
        machine.clonedFrom,
        machine.site,
      ],
    );
    await this.tag(transaction, machine);
  }

  /** Gives a machine the tags of its token, as far as there is room for them. */
  private async tag(transaction: Transaction, { id, tags = [] }: EnrolledMachine): Promise<void> {
    if (tags.length === 0) return;
    await transaction.query(
      `INSERT INTO machine_tags (machine_id, tag)
       SELECT $1, tag FROM unnest($2::text[]) AS given (tag)
        WHERE NOT EXISTS (SELECT 1 FROM machine_tags h WHERE h.machine_id = $1 AND h.tag = given.tag)
        LIMIT (SELECT ${MOST_TAGS} - count(*) FROM machine_tags WHERE machine_id = $1)`,
      [id, tags],
    );
  }

  /** What connections of these machines are checked against; of unknown ones nothing. */
  identitiesOf(database: Queryable, machineIds: readonly string[]): Promise<MachineIdentity[]> {
    return database.query<MachineIdentity>(
      `SELECT ${IDENTITY} FROM machines WHERE id = ANY ($1::uuid[])`,
      [machineIds],
    );
  }

  async identityOf(database: Queryable, machineId: string): Promise<MachineIdentity | undefined> {
    const [found] = await this.identitiesOf(database, [machineId]);
    return found;
  }

  /** The machine that has this public key, with the token that it enrolled with. */
  async byPublicKey(
    database: Queryable,
    publicKey: string,
  ): Promise<(MachineIdentity & { readonly tokenId: string | null }) | undefined> {
    const [found] = await database.query<MachineIdentity & { tokenId: string | null }>(
      `SELECT ${IDENTITY}, enrolment_token_id AS "tokenId" FROM machines WHERE public_key = $1`,
      [publicKey],
    );
    return found;
  }

  /**
   * The machine, not retired, with this MachineGuid and name, and not on another board; locked until the transaction
   * ends.
   */
  async sameMachine(
    transaction: Transaction,
    { machineGuid, smbiosUuid, hostname }: MachineHints,
  ): Promise<MachineIdentity | undefined> {
    const [found] = await transaction.query<MachineIdentity>(
      `SELECT ${IDENTITY} FROM machines
        WHERE machine_guid = $1 AND lower(hostname) = lower($2) AND retired_at IS NULL
          AND ($3::text IS NULL OR smbios_uuid IS NULL OR smbios_uuid = $3)
        ORDER BY enrolled_at DESC, id DESC LIMIT 1 FOR NO KEY UPDATE`,
      [machineGuid, hostname, smbiosUuid],
    );
    return found;
  }

  /**
   * The machine of `machine.id` enrols once more: its old key counts no longer, its history and its tags stay. A token
   * that has a site takes it there.
   */
  async enrolAgain(transaction: Transaction, machine: EnrolledMachine): Promise<void> {
    await transaction.query(
      `UPDATE machines
          SET hostname = $2, public_key = $3, client_version = $4, enrolled_at = $5,
              enrolment_token_id = $6, enrolment_token_label = $7, online = false,
              connection_number = connection_number + 1, smbios_uuid = coalesce($8, smbios_uuid),
              hints_due_at = $5, site = coalesce(${siteAsWritten('$9')}, site)
        WHERE id = $1`,
      [
        machine.id,
        machine.hostname,
        machine.publicKey,
        machine.clientVersion,
        machine.enrolledAt,
        machine.tokenId,
        machine.tokenLabel,
        machine.smbiosUuid,
        machine.site,
      ],
    );
    await this.tag(transaction, machine);
  }

  /**
   * Marks machines as online, at the server `nodeId`, and gives each connection its number. A machine is named once per
   * call, and gets one number; machines that are not there, or retired, get none. Hints that weren't known are kept.
   */
  async connected(
    transaction: Queryable,
    machines: readonly ArrivedMachine[],
    now: Date,
    nodeId: string | null = null,
  ): Promise<NumberedConnection[]> {
    const latest = [...new Map(machines.map((each) => [each.machineId, each])).values()];
    return transaction.query<NumberedConnection>(
      `WITH locked AS (
         SELECT m.id, CASE WHEN m.online THEN m.connection_node END AS before, c.client_version, coalesce(m.smbios_uuid, c.smbios_uuid) AS smbios_uuid,
                coalesce(m.machine_guid, c.machine_guid) AS machine_guid, c.instance
           FROM machines m
           JOIN unnest($1::uuid[], $2::text[], $4::text[], $5::text[], $7::text[])
             AS c (id, client_version, smbios_uuid, machine_guid, instance) ON c.id = m.id
          WHERE m.retired_at IS NULL
          ORDER BY m.id FOR NO KEY UPDATE OF m)
       UPDATE machines m
          SET online = true, connection_number = connection_number + 1, last_seen_at = $3,
              connection_node = $6,
              connection_instance = locked.instance, client_version = locked.client_version, smbios_uuid = locked.smbios_uuid,
              machine_guid = locked.machine_guid,
              hints_due_at = CASE WHEN (m.smbios_uuid, m.machine_guid) IS DISTINCT FROM
                (locked.smbios_uuid, locked.machine_guid) THEN $3 ELSE m.hints_due_at END
         FROM locked WHERE m.id = locked.id
       RETURNING m.id AS "machineId", m.connection_number::int AS number, locked.before`,
      [
        latest.map(({ machineId }) => machineId),
        latest.map(({ clientVersion }) => clientVersion),
        now,
        latest.map(({ hints }) => hints?.smbiosUuid),
        latest.map(({ hints }) => hints?.machineGuid),
        nodeId,
        latest.map(({ instanceId }) => instanceId),
      ],
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

  /**
   * The server `nodeId` says which connections it still has, after others may have taken it for gone: their machines are
   * online there. Answers the machines whose connection is not the newest one any more, or that are retired.
   */
  async stillConnected(
    transaction: Queryable,
    connections: readonly MachineConnection[],
    nodeId: string,
    now: Date,
  ): Promise<string[]> {
    const over = await transaction.query<{ id: string }>(
      `WITH locked AS (
         SELECT m.id, m.connection_number = c.number AND m.retired_at IS NULL AS newest
           FROM machines m
           JOIN unnest($1::uuid[], $2::bigint[]) AS c (id, number) ON c.id = m.id
          ORDER BY m.id FOR NO KEY UPDATE OF m),
       written AS (
         UPDATE machines m SET online = true, connection_node = $3, last_seen_at = $4
           FROM locked WHERE m.id = locked.id AND newest
            AND (NOT m.online OR m.connection_node IS DISTINCT FROM $3))
       SELECT id FROM locked WHERE NOT newest`,
      [
        connections.map((each) => each.machineId),
        connections.map((each) => each.number),
        nodeId,
        now,
      ],
    );
    return over.map(({ id }) => id);
  }

  /**
   * Marks what was connected to servers that are gone as offline: seen last when its server was heard of last. Answers
   * which machines those were.
   */
  async lostWith(transaction: Queryable, nodes: readonly LostNode[]): Promise<string[]> {
    const lost = await transaction.query<{ id: string }>(
      `WITH locked AS (
         SELECT m.id, n.at
           FROM machines m
           JOIN unnest($1::uuid[], $2::timestamptz[]) AS n (id, at) ON n.id = m.connection_node
          WHERE m.online
          ORDER BY m.id FOR NO KEY UPDATE OF m)
       UPDATE machines m SET online = false, last_seen_at = greatest(m.last_seen_at, locked.at)
         FROM locked WHERE m.id = locked.id
       RETURNING m.id`,
      [nodes.map(({ id }) => id), nodes.map(({ heartbeatAt }) => heartbeatAt)],
    );
    return lost.map(({ id }) => id);
  }

  /** Marks machines as offline that are connected to no server that is entered; answers which. */
  async connectedNowhere(transaction: Queryable): Promise<string[]> {
    const nowhere = await transaction.query<{ id: string }>(
      `WITH nowhere AS MATERIALIZED (
         SELECT id, connection_number FROM machines m
          WHERE online AND NOT EXISTS (SELECT FROM server_nodes n WHERE n.id = m.connection_node)),
       locked AS (
         SELECT m.id FROM machines m
           JOIN nowhere ON nowhere.id = m.id AND nowhere.connection_number = m.connection_number
          WHERE m.online
          ORDER BY m.id FOR NO KEY UPDATE OF m)
       UPDATE machines m SET online = false FROM locked WHERE m.id = locked.id
       RETURNING m.id`,
    );
    return nowhere.map(({ id }) => id);
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
