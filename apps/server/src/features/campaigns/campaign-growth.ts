import { Injectable } from '@nestjs/common';
import { amountOf } from '@fleetmend/domain';
import type { Transaction } from '../../platform/database';
import { stratumOf } from './campaign-candidates.repository';
import { CampaignTargeting } from './campaign-targeting';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignWavesRepository, type WaveRow } from './campaign-waves.repository';
import { type CampaignRow, CampaignsRepository } from './campaigns.repository';

/** Takes into a running campaign who joins it later: machines that match now, and those whose hold-out is over. */
@Injectable()
export class CampaignGrowth {
  constructor(
    private readonly targeting: CampaignTargeting,
    private readonly targets: CampaignTargetsRepository,
    private readonly waves: CampaignWavesRepository,
    private readonly campaigns: CampaignsRepository,
  ) {}

  async grow(transaction: Transaction, campaign: CampaignRow, now: Date): Promise<void> {
    if (campaign.state !== 'running') return;
    const { holdOut } = campaign.plan.rollout;
    if (holdOut !== null && now >= new Date(holdOut.until)) {
      await this.release(transaction, campaign, now);
    }
    const { dynamicUntil } = campaign.plan.targets;
    if (dynamicUntil !== null && now < new Date(dynamicUntil)) {
      await this.join(transaction, campaign, now);
    }
  }

  private async release(transaction: Transaction, campaign: CampaignRow, now: Date): Promise<void> {
    const { machines } = await this.targets.heldOut(transaction, campaign.id, null);
    if (machines === 0) return;
    const wave = await this.newWave(transaction, campaign.id);
    await this.targets.release(transaction, campaign.id, wave);
    await this.tell(transaction, campaign.id, wave, now, `${machines} held out until now joined.`);
  }

  /**
   * New machines come into a last wave of their own that has not begun, and never make a wave larger than the largest
   * that was planned: nobody is to be swept along by a wave that was small when it was approved.
   */
  private async join(transaction: Transaction, campaign: CampaignRow, now: Date): Promise<void> {
    const { plan, id } = campaign;
    const found = await this.targeting.find(transaction, plan, id, now);
    const known = await this.targets.known(transaction, id);
    const joining = found.included.filter(({ machineId }) => !known.has(machineId));
    if (joining.length === 0) return;
    const groups = await this.targets.groups(transaction, [id]);
    const sizes = new Map<number, number>();
    for (const { wave, machines } of groups) {
      if (wave !== null) sizes.set(wave, (sizes.get(wave) ?? 0) + machines);
    }
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const planned = plan.rollout.waves.map((amount) => amountOf(amount, Math.max(all, 1)));
    const largest = Math.max(1, ...planned, ...sizes.values());
    let left = [...joining];
    while (left.length > 0) {
      const last = (await this.waves.all(transaction, id)).at(-1);
      const room = roomIn(last, plan.rollout.waves.length, sizes, largest);
      const wave = room > 0 && last ? last.number : await this.newWave(transaction, id);
      const size = sizes.get(wave) ?? 0;
      const some = left.slice(0, largest - size);
      left = left.slice(some.length);
      sizes.set(wave, size + some.length);
      await this.targets.add(
        transaction,
        id,
        some.map((candidate, index) => ({
          ...{ machineId: candidate.machineId, wave, role: 'member' as const, exclusion: null },
          position: known.size + index,
          stratum: stratumOf(candidate, plan.rollout.stratifyBy),
        })),
        now,
      );
      await this.tell(transaction, id, wave, now, `${some.length} that match now joined.`);
    }
  }

  private async newWave(transaction: Transaction, campaignId: string): Promise<number> {
    const waves = await this.waves.all(transaction, campaignId);
    const number = (waves.at(-1)?.number ?? 0) + 1;
    await this.waves.add(transaction, campaignId, [number]);
    return number;
  }

  private tell(
    transaction: Transaction,
    campaignId: string,
    wave: number,
    at: Date,
    message: string,
  ): Promise<void> {
    return this.campaigns.addMoves(transaction, campaignId, [
      { wave, from: null, to: null, actor: null, message, at },
    ]);
  }
}

/** How many more the last wave may take: only one that has not begun, and none of those that were approved. */
function roomIn(
  last: WaveRow | undefined,
  planned: number,
  sizes: ReadonlyMap<number, number>,
  largest: number,
): number {
  if (last?.state !== 'planned' || last.number <= planned) return 0;
  return largest - (sizes.get(last.number) ?? 0);
}
