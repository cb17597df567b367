import { createHash, randomUUID } from 'node:crypto';
import { inventorySchema } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Outbox } from '../outbox/outbox';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { CLIENT_VERSION } from '../version';
import { type Machine } from '../windows/windows';

/** Free space changes with every second: only such steps count as a change. */
const FREE_SPACE_STEP = 1024 ** 3;

/** Reports what the machine is, after each start and when something in it changed. */
export class InventorySender {
  private sentSinceStart = false;

  constructor(
    private readonly machine: Pick<Machine, 'inventory'>,
    private readonly state: State,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Sends the inventory when there is something new in it. Never rejects. */
  async send(): Promise<void> {
    try {
      const inventory = inventorySchema.parse(await this.machine.inventory(CLIENT_VERSION));
      const digest = createHash('sha256')
        .update(
          JSON.stringify({
            ...inventory,
            freeSystemDiskBytes: Math.round((inventory.freeSystemDiskBytes ?? 0) / FREE_SPACE_STEP),
          }),
        )
        .digest('hex');
      if (this.sentSinceStart && readMetadata(this.state, 'inventory') === digest) return;
      this.state.transaction(() => {
        writeMetadata(this.state, 'inventory', digest);
        this.outbox.add({
          id: randomUUID(),
          createdAt: this.clock.now().toISOString(),
          kind: 'inventory',
          inventory,
        });
      });
      this.sentSinceStart = true;
      this.outbox.announce();
    } catch (error) {
      this.log.warn('The inventory could not be made.', { error });
    }
  }
}
