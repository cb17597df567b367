import { Injectable } from '@nestjs/common';
import type { Inventory } from '@fleetmend/client-protocol';
import { osFamilyOf } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';

/** As much of a machine as its reports need. */
export interface LockedMachine {
  readonly id: string;
  readonly osBuild: number;
}

/** What machines report of themselves. */
@Injectable()
export class MachineReportsRepository {
  /**
   * Locks the rows of machines until the transaction ends, in the order of their ids, so that all that follows from
   * one machine's reports is written by one writer at a time.
   */
  async lock(
    transaction: Transaction,
    machineIds: readonly string[],
  ): Promise<Map<string, LockedMachine>> {
    const found = await transaction.query<LockedMachine>(
      `SELECT id, coalesce(os_build, 0) AS "osBuild" FROM machines
        WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
      [machineIds],
    );
    return new Map(found.map((machine) => [machine.id, machine]));
  }

  async putInventories(
    transaction: Transaction,
    inventories: ReadonlyMap<string, Inventory>,
    now: Date,
  ): Promise<void> {
    const rows = [...inventories].map(([id, inventory]) => ({
      id,
      hostname: inventory.hostname,
      domain: inventory.domain,
      osName: inventory.os.name,
      osVersion: inventory.os.version,
      osBuild: inventory.os.build,
      osFamily: osFamilyOf(inventory.os.build),
      clientVersion: inventory.clientVersion,
      pendingRestart: inventory.pendingRestart?.pending,
      free: inventory.freeSystemDiskBytes,
      inventory,
    }));
    await transaction.query(
      `UPDATE machines m
          SET hostname = i.hostname, domain = i.domain, os_name = i."osName", os_version = i."osVersion",
              os_build = i."osBuild", os_family = i."osFamily", client_version = i."clientVersion",
              pending_restart = i."pendingRestart", free_system_disk_bytes = i.free, inventory = i.inventory,
              inventory_at = $2,
              hints_due_at = CASE WHEN lower(m.hostname) <> lower(i.hostname) THEN $2 ELSE m.hints_due_at END
         FROM json_to_recordset($1::json) AS i (
           id uuid, hostname text, domain text, "osName" text, "osVersion" text, "osBuild" int,
           "osFamily" text, "clientVersion" text, "pendingRestart" boolean, free bigint, inventory jsonb)
        WHERE m.id = i.id`,
      [JSON.stringify(rows), now],
    );
  }

  /** Adds to the numbers of open failures. */
  async addOpenFailures(
    transaction: Transaction,
    added: ReadonlyMap<string, number>,
  ): Promise<void> {
    await transaction.query(
      `UPDATE machines m SET open_failures = m.open_failures + a.added
         FROM unnest($1::uuid[], $2::int[]) AS a (id, added) WHERE m.id = a.id`,
      [[...added.keys()], [...added.values()]],
    );
  }
}
