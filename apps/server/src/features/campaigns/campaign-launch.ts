import { Injectable } from '@nestjs/common';
import { campaignLifeCycle, move } from '@fleetmend/domain';
import { RequestError } from '../../platform/errors';
import type { Decided, Effect } from './campaign-actions.service';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import { needsApproval, sizesOf } from './campaign-standing';
import { CampaignTargeting } from './campaign-targeting';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignWavesRepository } from './campaign-waves.repository';
import { CampaignsRepository } from './campaigns.repository';
import { CampaignsService } from './campaigns.service';

/** Launches: from here on it is fixed who takes part, in which wave, and in which order. */
@Injectable()
export class CampaignLaunch {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly repository: CampaignsRepository,
    private readonly settings: CampaignSettingsRepository,
    private readonly targeting: CampaignTargeting,
    private readonly targets: CampaignTargetsRepository,
    private readonly waves: CampaignWavesRepository,
  ) {}

  async launch(decided: Decided, expectedMachines: number): Promise<Effect> {
    const { transaction, campaign, actor, now } = decided;
    const { id } = campaign;
    const { plan, targeted } = await this.campaigns.check(transaction, campaign.plan, id, now);
    const { length } = targeted.included;
    const drawn = this.targeting.draw(plan, targeted);
    if (length !== expectedMachines) {
      throw new RequestError(
        'selection-changed',
        `The preview said ${expectedMachines} machines; now there are ${length}. Look at it again.`,
      );
    }
    if (
      campaign.state === 'draft' &&
      needsApproval(await this.settings.read(transaction), length)
    ) {
      throw new RequestError('not-open', `${length} machines need a second person's approval.`);
    }
    const sizes = sizesOf(drawn);
    await this.waves.add(
      transaction,
      id,
      sizes.map((_, index) => index + 1),
    );
    await this.targets.add(transaction, id, drawn, now);
    await this.repository.put(transaction, id, {
      state: move(campaignLifeCycle, campaign.state, 'scheduled'),
      ...{ plan, launchedAt: now, launchedBy: actor.email },
      endAt: new Date(plan.execution.endAt),
    });
    const { seed, stratifyBy } = plan.rollout;
    return {
      message: `Launched for ${length} machines in ${sizes.length} waves.`,
      after: { machines: length, waves: sizes, seed, stratifyBy, excluded: drawn.length - length },
    };
  }
}
