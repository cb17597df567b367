import { Injectable } from '@nestjs/common';
import type { CampaignPlan } from '@fleetmend/dashboard-api';
import {
  type MaintenanceWindow,
  nextOpening,
  normaliseErrorCode,
  openWindow,
} from '@fleetmend/domain';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type { Transaction } from '../../platform/database';
import { Events } from '../../platform/events';
import { EmergencyStopService, RunDispatcher } from '../runs';
import { CampaignDispatchRepository } from './campaign-dispatch.repository';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import { CampaignWavesRepository, type WaveRow } from './campaign-waves.repository';
import type { CampaignRow } from './campaigns.repository';

const MINUTE = 60_000;
/** So long a machine may take to fetch its order; then it goes back into the queue. */
export const LEASE_MINUTES = 15;

/** What a dispatch did. */
export interface Dispatched {
  readonly ordered: number;
  /** Targets that needed no order any more. */
  readonly closed: number;
}

/** Which machines may begin now, and until when. */
export interface OpenFor {
  /** Null = all; else those in one of these time zones. */
  readonly zones: readonly string[] | null;
  readonly until: Date;
}

/** Gives orders to those whose turn it is, and takes back those that nobody has fetched. */
@Injectable()
export class CampaignDispatcher {
  constructor(
    private readonly repository: CampaignDispatchRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly settings: CampaignSettingsRepository,
    private readonly runs: RunDispatcher,
    private readonly stop: EmergencyStopService,
    private readonly events: Events,
  ) {}

  /** Orders as much as there is room for. The campaign is running, and its row is locked. */
  async dispatch(transaction: Transaction, campaign: CampaignRow, now: Date): Promise<Dispatched> {
    const nothing = { ordered: 0, closed: 0 };
    const waves = await this.waves.all(transaction, campaign.id);
    const last = lastDispatchable(waves);
    if (last === undefined || (await this.stop.isOn(transaction))) return nothing;
    const { windows, siteConcurrency, concurrency } = campaign.plan.execution;
    const zones = await this.repository.zones(transaction, campaign.id, last);
    const open = openFor(windows, zones, now);
    if (!open) return nothing;
    const { fingerprintId } = campaign;
    const closed =
      fingerprintId === null
        ? 0
        : await this.repository.closeRecovered(transaction, campaign.id, last, fingerprintId);
    const { fleetConcurrency, sitePercent } = await this.settings.read(transaction);
    await this.repository.lockDispatch(transaction);
    const atWork = await this.repository.atWork(transaction, campaign.id);
    const limit = Math.min(concurrency - atWork.campaign, fleetConcurrency - atWork.fleet);
    if (limit <= 0) return { ordered: 0, closed };
    const next = await this.repository.next(transaction, campaign.id, last, {
      ...{ now, limit, zones: open.zones, fingerprintId, siteConcurrency, sitePercent },
    });
    let ordered = 0;
    for (const wave of waves) {
      const machineIds = next
        .filter((each) => each.wave === wave.number)
        .map((each) => each.machineId);
      if (machineIds.length === 0) continue;
      const until = endOfOrder(now, open.until, campaign.endAt);
      ordered += await this.order(transaction, campaign, wave, { machineIds, now, until });
    }
    if (ordered + closed > 0) {
      this.events.tell(transaction, 'campaigns-changed', { campaignIds: [campaign.id] });
    }
    return { ordered, closed };
  }

  /**
   * Takes back every order that no machine has fetched, of one wave or all; their targets go back into the queue when
   * that is settled, unless nothing is ordered there any more.
   */
  async withdraw(
    transaction: Transaction,
    campaignId: string,
    message: string,
    at: Date,
    wave: number | null = null,
  ): Promise<void> {
    for (const id of await this.waves.remediations(transaction, campaignId, wave)) {
      await this.runs.withdraw(transaction, id, { message, at });
    }
  }

  private async order(
    transaction: Transaction,
    campaign: CampaignRow,
    wave: WaveRow,
    order: { readonly machineIds: readonly string[]; readonly now: Date; readonly until: Date },
  ): Promise<number> {
    const { id, playbook, playbookVersion, mode, fingerprintId, plan } = campaign;
    const { now, until } = order;
    const remediationId =
      wave.remediationId ?? (await this.openRemediation(transaction, campaign, wave, now));
    const made = await this.runs.dispatch(
      transaction,
      { type: 'machines', machineIds: [...order.machineIds] },
      {
        ...{ remediationId, fingerprintId, playbook, playbookVersion, mode },
        ...{ parameters: plan.parameters, createdAt: now, expiresAt: until },
        ownFailure: ownFailureOf(plan),
      },
    );
    const got = new Set(made.map(({ machineId }) => machineId));
    await this.repository.ordered(transaction, {
      ...{ campaignId: id, wave: wave.number, waveAttempt: wave.attempt, playbookVersion, made },
      notMade: order.machineIds.filter((machineId) => !got.has(machineId)),
      askAgainAt: new Date(now.getTime() + 5 * MINUTE),
    });
    return made.length;
  }

  private async openRemediation(
    transaction: Transaction,
    campaign: CampaignRow,
    wave: WaveRow,
    now: Date,
  ): Promise<string> {
    const remediationId = uuidv7({ msecs: now.getTime() });
    const { id, name, playbook, playbookVersion, mode, fingerprintId, plan, endAt } = campaign;
    const again = wave.attempt > 1 ? `, attempt ${wave.attempt}` : '';
    await this.runs.open(transaction, {
      ...{ id: remediationId, requestId: uuidv4(), playbook, playbookVersion, mode },
      ...{ parameters: plan.parameters, fingerprintId, overrideReason: plan.overrideReason },
      reason: `Campaign “${name}”, wave ${wave.number}${again}`,
      ...{ createdAt: now, createdBy: campaign.launchedBy ?? campaign.createdBy, expiresAt: endAt },
    });
    await this.waves.linkRemediation(transaction, remediationId, id, wave.number);
    await this.waves.put(transaction, id, wave.number, { remediationId });
    return remediationId;
  }
}

/**
 * The last wave whose machines may be ordered: the first that is not over, if it works, and all before it, for machines
 * that come late.
 */
export function lastDispatchable(waves: readonly WaveRow[]): number | undefined {
  let last: number | undefined;
  for (const { number, state } of waves) {
    if (state === 'passed' || state === 'skipped') {
      last = number;
      continue;
    }
    return state === 'dispatching' || state === 'executing' ? number : last;
  }
  return last;
}

/** Who may begin now: everyone in a window of a fixed zone, else those in whose own time one is open; null = nobody. */
export function openFor(
  windows: readonly MaintenanceWindow[],
  zones: readonly string[],
  now: Date,
): OpenFor | null {
  const everyone = openWindow(windows, undefined, now);
  if (everyone) return { zones: null, until: everyone.until };
  const open = zones.flatMap((zone) => {
    const window = openWindow(windows, zone, now);
    return window ? [{ zone, until: window.until }] : [];
  });
  if (open.length === 0) return null;
  return {
    zones: open.map(({ zone }) => zone),
    until: new Date(Math.min(...open.map(({ until }) => until.getTime()))),
  };
}

/** When the next window opens for anybody, while none is open; null = one is open, or none ever will. */
export function opensNext(
  windows: readonly MaintenanceWindow[],
  zones: readonly string[],
  now: Date,
): Date | null {
  if (openFor(windows, zones, now)) return null;
  const openings = [undefined, ...zones].flatMap((zone) => nextOpening(windows, zone, now) ?? []);
  return openings.reduce<Date | null>(
    (first, at) => (first === null || at < first ? at : first),
    null,
  );
}

/** A campaign that chose its machines by what fails on them mends on each its own failure. */
function ownFailureOf({ targets }: CampaignPlan): { code: string | null } | undefined {
  const { source } = targets;
  if (source.type !== 'matching') return undefined;
  const { code, failing } = source.filter;
  if (code !== undefined && code !== '') return { code: normaliseErrorCode(code) ?? code };
  return failing === true ? { code: null } : undefined;
}

/** An order lives for the lease time, but never beyond the window or the campaign. */
function endOfOrder(now: Date, windowEnd: Date, campaignEnd: Date): Date {
  const lease = now.getTime() + LEASE_MINUTES * MINUTE;
  return new Date(Math.min(lease, windowEnd.getTime(), campaignEnd.getTime()));
}
