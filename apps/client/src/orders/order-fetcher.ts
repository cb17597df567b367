import { FETCH_ORDERS, fetchOrdersAckSchema } from '@fleetmend/client-protocol';
import { type Clock } from '../clock';
import { BackOff } from '../connection/back-off';
import { type Session } from '../connection/connection';
import { type Log } from '../log';
import { type OrderDesk } from './order-desk';

/**
 * Asks the server for orders, one time after the other, and has them taken. However often it is told to, meanwhile, it
 * asks once more; and when the server gives no answer, or an order can't be written down, again, while the session lasts.
 */
export class OrderFetcher {
  private readonly backOff: BackOff;
  private session: Session | undefined;
  private wanted = false;
  private working = false;

  constructor(
    private readonly desk: OrderDesk,
    private readonly clock: Clock,
    private readonly log: Log,
    waits: { readonly baseMs: number; readonly capMs: number },
    /** Called when a run was begun. */
    private readonly begun: () => void,
  ) {
    this.backOff = new BackOff(waits.baseMs, waits.capMs);
  }

  /** A new connection stands. */
  connected(session: Session): void {
    this.session = session;
    this.ask();
  }

  /** Orders may wait. */
  ask(): void {
    this.wanted = true;
    if (!this.working) void this.work();
  }

  /** Never rejects. */
  private async work(): Promise<void> {
    this.working = true;
    while (this.wanted) {
      this.wanted = false;
      const { session } = this;
      if (!session || session.ended.aborted) continue;
      if (await this.fetch(session)) {
        this.backOff.reset();
      } else {
        await this.clock.sleep(this.backOff.next(), session.ended);
        this.wanted ||= !session.ended.aborted;
      }
    }
    this.working = false;
  }

  /** Whether the server answered and its orders were taken. */
  private async fetch(session: Session): Promise<boolean> {
    try {
      const unsettled = this.desk.unsettledRuns();
      const asked = performance.now();
      const answer = fetchOrdersAckSchema.safeParse(await session.ask(FETCH_ORDERS, {}));
      if (!answer.success || !answer.data.ok) {
        this.log.warn('The server gave no orders. They are asked for again.', {
          answer: answer.success ? answer.data : 'not understood',
        });
        return false;
      }
      const { serverTime } = answer.data;
      if (serverTime !== undefined)
        this.desk.hearTime(new Date(serverTime), performance.now() - asked);
      if (await this.desk.take(answer.data.orders, unsettled)) this.begun();
      return true;
    } catch (error) {
      if (!session.ended.aborted) {
        this.log.warn('Orders could not be fetched. They are asked for again.', { error });
      }
      return false;
    }
  }
}
