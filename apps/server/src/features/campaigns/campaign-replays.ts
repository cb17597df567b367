import { Injectable } from '@nestjs/common';
import type { CampaignPlan, CampaignPreview } from '@fleetmend/dashboard-api';
import { replayGate } from '@fleetmend/domain';
import { Database } from '../../platform/database';
import { CampaignTargetsRepository } from './campaign-targets.repository';
import { CampaignsRepository } from './campaigns.repository';
import { outcomeOfTarget } from './tallies';

/** So many past campaigns are replayed. */
const REPLAYS = 3;

/** Replays a gate on past campaigns of the same playbook: where would it have stopped them? */
@Injectable()
export class CampaignReplays {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly targets: CampaignTargetsRepository,
  ) {}

  async of(plan: CampaignPlan): Promise<CampaignPreview['replays']> {
    const { rows } = await this.campaigns.page(this.database, {
      ...{ state: 'ended', playbook: plan.playbook, limit: REPLAYS },
    });
    const replays = rows.slice(0, REPLAYS).map(async ({ id, name }) => {
      const ended = await this.targets.inOrderOfEnd(this.database, id);
      const sizes = new Map<number, number>();
      for (const { wave } of ended) sizes.set(wave, (sizes.get(wave) ?? 0) + 1);
      const numbers = [...sizes.keys()].sort((a, b) => a - b);
      const replay = replayGate({
        ...{ rule: plan.gate, budget: plan.budget },
        waves: numbers.map((number) => sizes.get(number) ?? 0),
        outcomes: ended.map((target) => ({
          wave: numbers.indexOf(target.wave) + 1,
          outcome: outcomeOfTarget(target, plan.gate.provenLevel),
          code: target.verdict === 'new-error' ? target.code : null,
        })),
      });
      return { campaignId: id, name, machines: ended.length, ...replay };
    });
    return Promise.all(replays);
  }
}
