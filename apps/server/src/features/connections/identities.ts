import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../platform/batching';
import { Database } from '../../platform/database';
import { type MachineIdentity, MachineRegistryRepository } from '../machines';

/** The most machines that one statement asks for, and that may wait for theirs. */
const BATCH = 1000;
const WAITING = 50_000;

/** Looks up machines, many with one statement: while one is under way, who asks waits for the next. */
@Injectable()
export class Identities {
  private readonly lookups: GroupCommit<string, MachineIdentity | undefined>;

  constructor(
    private readonly machines: MachineRegistryRepository,
    private readonly database: Database,
  ) {
    this.lookups = new GroupCommit((machineIds) => this.read(machineIds), {
      weigh: () => 1,
      batchWeight: BATCH,
      waitingWeight: WAITING,
    });
  }

  /** The machine with this id, if there is one. @throws {QueueFull} */
  find(machineId: string): Promise<MachineIdentity | undefined> {
    return this.lookups.submit(machineId);
  }

  private async read(machineIds: readonly string[]): Promise<(MachineIdentity | undefined)[]> {
    const found = await this.machines.identitiesOf(this.database, [...new Set(machineIds)]);
    const byId = new Map(found.map((identity) => [identity.id, identity]));
    return machineIds.map((id) => byId.get(id));
  }
}
