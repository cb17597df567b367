import { Injectable } from '@nestjs/common';
import { retryAfter } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';
import {
  CampaignDispatchRepository,
  type EndedTarget,
  type Settlement,
} from './campaign-dispatch.repository';
import type { CampaignRow } from './campaigns.repository';

const MINUTE = 60_000;
/** The longest wait before a machine that does not fetch its orders is offered one again. */
const LONGEST_WAIT = 6 * 60 * MINUTE;

/** Decides of each run that has ended whether its machine is tried again. */
@Injectable()
export class CampaignSettlement {
  constructor(private readonly repository: CampaignDispatchRepository) {}

  async settle(transaction: Transaction, campaign: CampaignRow, now: Date): Promise<void> {
    await this.repository.leaveQueue(transaction, campaign.id);
    const ended = await this.repository.ended(transaction, campaign.id);
    await this.repository.settle(
      transaction,
      campaign.id,
      ended.map((target) => settlementOf(target, campaign, now)),
    );
  }
}

/** What follows for a target whose run has ended. */
export function settlementOf(
  target: EndedTarget,
  campaign: Pick<CampaignRow, 'state' | 'endAt' | 'plan'>,
  now: Date,
): Settlement {
  const { machineId, verdict, code, begun, isSkipped } = target;
  const goesOn =
    (campaign.state === 'running' || campaign.state === 'paused') &&
    now < campaign.endAt &&
    !isSkipped;
  // Not fetched in time, or taken back by a pause before it was fetched: no try, so the machine keeps its turn.
  if (!begun && (verdict === 'expired' || verdict === 'cancelled') && goesOn) {
    const offers = verdict === 'expired' ? target.offers + 1 : target.offers;
    const wait = offers === 0 ? 0 : Math.min(MINUTE * 2 ** Math.min(offers, 20), LONGEST_WAIT);
    return {
      ...{ machineId, attempt: target.attempt, offers, pending: true, begun },
      nextAttemptAt: new Date(now.getTime() + wait),
    };
  }
  const attempt = begun ? target.attempt + 1 : target.attempt;
  const { retries } = campaign.plan.execution;
  const wait = goesOn ? retryAfter(retries, { verdict, code }, attempt) : null;
  return {
    ...{ machineId, attempt, offers: 0, pending: wait !== null, begun },
    nextAttemptAt: wait === null ? null : new Date(now.getTime() + wait),
  };
}
