import { randomUUID } from 'node:crypto';
import { type OrderRefusal } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { type Log } from '../log';
import { type Outbox } from '../outbox/outbox';
import { integer, type State } from '../state/state';

const MESSAGE_LENGTH = 2_000;
/** So many worthless orders are reported within a day: whoever sends more fills neither the disk nor the outbox. */
const MAXIMUM_REJECTED = 100;
const DAY_MS = 24 * 3_600_000;

/** What came from the server and names nothing of this machine, or can't be trusted: said once for each. */
export class RejectedOrders {
  constructor(
    private readonly parts: {
      readonly state: State;
      readonly outbox: Outbox;
      readonly clock: Clock;
      readonly log: Log;
    },
  ) {}

  /** `digest` is the SHA-256 of the order as it came, hex. */
  add(digest: string, { reason, message }: { reason: OrderRefusal; message: string }): void {
    const { state, outbox, clock, log } = this.parts;
    const key = `rejected:${digest}`;
    const known = state.get('SELECT 1 FROM seen_orders WHERE key = ?', key) !== undefined;
    if (known || this.today() >= MAXIMUM_REJECTED) return;
    state.transaction(() => {
      const at = clock.now().getTime();
      state.run(
        'INSERT OR REPLACE INTO seen_orders (key, outcome, at) VALUES (?, ?, ?)',
        ...[key, reason, at],
      );
      outbox.add({
        id: randomUUID(),
        createdAt: clock.now().toISOString(),
        kind: 'rejected-order',
        reason,
        digest,
        message: message.slice(0, MESSAGE_LENGTH),
      });
    });
    outbox.announce();
    log.error('An order was rejected.', { digest, reason, why: message });
  }

  private today(): number {
    const row = this.parts.state.get(
      "SELECT count(*) AS count FROM seen_orders WHERE key LIKE 'rejected:%' AND at > ?",
      this.parts.clock.now().getTime() - DAY_MS,
    );
    return row ? integer(row, 'count') : 0;
  }
}
