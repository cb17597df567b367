import type { CountedCampaign } from './campaign-reader';
import { lastDispatchable } from './campaign-dispatcher';

/** Why a running campaign orders nothing just now, for people; null = it orders, or there is nothing left to order. */
export function waitingFor(now: {
  readonly counted: CountedCampaign;
  readonly isStopped: boolean;
  readonly windowOpensAt: Date | null;
  readonly now: Date;
}): string | null {
  const { counted, isStopped, windowOpensAt } = now;
  const { campaign, facts, waves } = counted;
  if (campaign.state === 'scheduled') {
    return isStopped ? 'The emergency stop is on.' : 'Its start time has not come.';
  }
  if (campaign.state !== 'running') return null;
  if (isStopped) return 'The emergency stop is on: no machine gets an order.';
  if (windowOpensAt !== null) return 'No maintenance window is open.';
  const last = lastDispatchable(waves) ?? 0;
  const due = facts.waves.filter(({ number }) => number <= last);
  const pending = due.reduce((sum, { tally }) => sum + tally.pending, 0);
  const inFlight = facts.waves.reduce((sum, { tally }) => sum + tally.inFlight, 0);
  const working = facts.waves.find(({ state }) => state === 'soaking');
  if (pending > 0 && inFlight >= campaign.plan.execution.concurrency) {
    return `As many machines as allowed are at work; ${pending} wait for their turn.`;
  }
  if (pending > 0) return `${pending} wait: they are offline, busy, or between two tries.`;
  if (working) return `Wave ${working.number} is watched before it is judged.`;
  if (inFlight > 0) return `${inFlight} are at work.`;
  if (facts.waves.every(({ state }) => state === 'passed' || state === 'skipped')) {
    return facts.growsUntil === null ? null : 'Machines may still join.';
  }
  return null;
}
