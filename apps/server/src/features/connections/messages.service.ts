import { Injectable } from '@nestjs/common';
import {
  type FetchOrdersAck,
  fetchOrdersSchema,
  type FetchUpdateAck,
  fetchUpdateSchema,
  MAX_MESSAGE_BYTES,
  MAX_REPORTS,
  type Refusal,
  type RefusalCode,
  type ReportsAck,
  reportsMessageSchema,
} from '@fleetmend/client-protocol';
import { Clock } from '../../platform/clock';
import { isUnavailable } from '../../platform/database';
import { Logger } from '../../platform/logging';
import { OffersService } from '../releases';
import { ReportsService } from '../reports';
import { RunsService } from '../runs';
import type { MessageLimits } from './message-limits';

/** Who sent a message. */
export interface Sender {
  readonly machineId: string;
  readonly limits: MessageLimits;
}

/** Answers the messages of machines: always, with a typed result, whatever they hold. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly reports: ReportsService,
    private readonly runs: RunsService,
    private readonly offers: OffersService,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Acknowledged after the commit, and only then. */
  takeReports(sender: Sender, message: unknown): Promise<ReportsAck> {
    return this.within<ReportsAck>(sender, () => {
      const parsed = reportsMessageSchema.safeParse(message);
      if (!parsed.success) {
        return refusal('malformed-message', `A message holds 1 to ${MAX_REPORTS} reports.`);
      }
      const { reports } = parsed.data;
      // The cap of the socket server is above this, so that what is too large gets an answer.
      if (Buffer.byteLength(JSON.stringify(reports)) > MAX_MESSAGE_BYTES) {
        const most = `A message has at most ${MAX_MESSAGE_BYTES} bytes. Send fewer reports at once.`;
        return refusal('too-large', most);
      }
      return this.reports.submit(sender.machineId, reports);
    });
  }

  fetchOrders(sender: Sender, message: unknown): Promise<FetchOrdersAck> {
    return this.within<FetchOrdersAck>(sender, async () => {
      if (!fetchOrdersSchema.safeParse(message).success) {
        return refusal('malformed-message', 'The message is an empty object.');
      }
      const answer = await this.runs.ordersFor(sender.machineId);
      return answer.ok ? { ...answer, serverTime: this.clock.now().toISOString() } : answer;
    });
  }

  fetchUpdate(sender: Sender, message: unknown): Promise<FetchUpdateAck> {
    return this.within<FetchUpdateAck>(sender, async () => {
      const asked = fetchUpdateSchema.safeParse(message);
      if (!asked.success) {
        return refusal('malformed-message', 'The message says version and architecture.');
      }
      const { machineId } = sender;
      return { ok: true, offer: await this.offers.offerTo({ machineId, ...asked.data }) };
    });
  }

  /** Does `work` unless the sender asks for too much; what it throws becomes a refusal. */
  private async within<T>(
    { limits, machineId }: Sender,
    work: () => T | Promise<T>,
  ): Promise<T | Refusal> {
    if (!limits.admit(this.clock.now().getTime())) {
      return refusal('server-busy', 'Too many messages at once. Try again later.');
    }
    try {
      return await work();
    } catch (error) {
      this.logger.error({ err: error, machineId }, 'a message failed');
      return isUnavailable(error)
        ? refusal('server-busy', 'The server can not write at the moment.')
        : refusal('server-error', 'Something went wrong on the server.');
    } finally {
      limits.done();
    }
  }
}

function refusal(code: RefusalCode, message: string): Refusal {
  return { ok: false, code, message };
}
