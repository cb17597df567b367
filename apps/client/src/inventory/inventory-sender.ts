import { randomUUID } from 'node:crypto';
import { type Inventory, inventorySchema } from '@fleetmend/client-protocol';
import * as z from 'zod';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Outbox } from '../outbox/outbox';
import { readMetadata, writeMetadata } from '../state/metadata';
import { type State } from '../state/state';
import { isDifferent, isWorthTelling } from './change-rules';

/** So long what moves all the time may stand on the server as it was. */
const STALE_MS = 24 * 3_600_000;

const toldSchema = z.object({ atMs: z.number(), inventory: inventorySchema });
type Told = z.infer<typeof toldSchema>;

/** Reports what the machine is: after each start, when something in it changed, and once a day if it moved at all. */
export class InventorySender {
  private sentSinceStart = false;

  constructor(
    private readonly maker: { make(): Promise<Inventory> },
    private readonly state: State,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Sends the inventory when there is something new in it. Never rejects. */
  async send(): Promise<void> {
    try {
      const inventory = await this.maker.make();
      const now = this.clock.now();
      if (!this.isDue(inventory, now)) return;
      this.state.transaction(() => {
        const told: Told = { atMs: now.getTime(), inventory };
        writeMetadata(this.state, 'inventory', JSON.stringify(told));
        const id = randomUUID();
        this.outbox.add({ id, createdAt: now.toISOString(), kind: 'inventory', inventory });
      });
      this.sentSinceStart = true;
      this.outbox.announce();
    } catch (error) {
      this.log.warn('The inventory could not be made.', { error });
    }
  }

  private isDue(inventory: Inventory, now: Date): boolean {
    const last = this.told();
    if (!this.sentSinceStart || !last || isWorthTelling(last.inventory, inventory)) return true;
    const age = Math.abs(now.getTime() - last.atMs);
    return age >= STALE_MS && isDifferent(last.inventory, inventory);
  }

  /** What was told last; nothing where that can't be read, as from an earlier version. */
  private told(): Told | undefined {
    try {
      const stored: unknown = JSON.parse(readMetadata(this.state, 'inventory') ?? 'null');
      return toldSchema.safeParse(stored).data;
    } catch {
      return undefined;
    }
  }
}
