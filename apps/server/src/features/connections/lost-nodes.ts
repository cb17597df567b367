import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClusterNode } from '../../platform/cluster';
import { Database, type Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { Jobs } from '../../platform/jobs';
import { MachineRegistryRepository } from '../machines';

const JOB = 'clear-lost-servers';

/** Clears away what servers that were killed have left behind: machines that seem to be connected to them. */
@Injectable()
export class LostNodes implements OnModuleInit {
  constructor(
    private readonly node: ClusterNode,
    private readonly machines: MachineRegistryRepository,
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
  ) {}

  async onModuleInit(): Promise<void> {
    this.jobs.add({ id: JOB, everySeconds: 60, timeoutSeconds: 60, run: () => this.clear() });
    this.events.on('nodes-silent', async () => {
      await this.jobs.runNow(JOB);
    });
    await this.database.inTransaction(async (transaction) => {
      const lost = await this.node.lostBeforeStart(transaction);
      await this.clearAway(transaction, lost);
    });
  }

  /** Those whose lease has run out. */
  clear(): Promise<void> {
    return this.database.inTransaction(async (transaction) => {
      await this.clearAway(transaction, await this.node.lost(transaction));
    });
  }

  private async clearAway(
    transaction: Transaction,
    lost: Awaited<ReturnType<ClusterNode['lost']>>,
  ): Promise<void> {
    const offline = lost.length > 0 ? await this.machines.lostWith(transaction, lost) : [];
    if (lost.length > 0) await this.node.forget(transaction, lost);
    const machineIds = [...offline, ...(await this.machines.connectedNowhere(transaction))];
    if (machineIds.length > 0) this.events.tell(transaction, 'machines-changed', { machineIds });
  }
}
