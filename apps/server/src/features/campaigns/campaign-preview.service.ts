import { Injectable } from '@nestjs/common';
import type { CampaignPlan, CampaignPreview } from '@fleetmend/dashboard-api';
import { Clock } from '../../platform/clock';
import { Database } from '../../platform/database';
import { CampaignEstimates } from './campaign-estimates';
import { CampaignReplays } from './campaign-replays';
import { CampaignSettingsRepository } from './campaign-settings.repository';
import { needsApproval, sizesOf } from './campaign-standing';
import { CampaignTargeting } from './campaign-targeting';
import { TARGET_EXCLUSION_REASONS } from './campaigns.mapper';
import { problemsOf } from './campaigns.service';

/** So many machines are named. */
const SHOWN = 200;

/** What a plan would do, before anything is saved. */
@Injectable()
export class CampaignPreviewService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly targeting: CampaignTargeting,
    private readonly settings: CampaignSettingsRepository,
    private readonly estimates: CampaignEstimates,
    private readonly replays: CampaignReplays,
  ) {}

  async preview(plan: CampaignPlan): Promise<CampaignPreview> {
    const { database } = this;
    const now = this.clock.now();
    const targeted = await this.targeting.find(database, plan, null, now);
    const { candidates, included } = targeted;
    const drawn = this.targeting.draw(plan, targeted);
    const places = new Map(drawn.map((target) => [target.machineId, target]));
    const sizes = sizesOf(drawn);
    const excluded = Map.groupBy(
      candidates.filter(({ exclusion }) => exclusion !== null),
      ({ exclusion }) => exclusion,
    );
    const byName = [...candidates].sort(
      (a, b) =>
        Number(a.exclusion === null) - Number(b.exclusion === null) ||
        a.hostname.localeCompare(b.hostname, 'en'),
    );
    return {
      included: included.length,
      includedOffline: included.filter(({ online }) => !online).length,
      excluded: [...excluded].flatMap(([exclusion, { length }]) =>
        exclusion === null
          ? []
          : { exclusion, machines: length, reason: TARGET_EXCLUSION_REASONS[exclusion] },
      ),
      machines: byName.slice(0, SHOWN).map(({ machineId, hostname, online, exclusion }) => {
        const place = places.get(machineId);
        return {
          ...{ machineId, hostname, online, exclusion, wave: place?.wave ?? null },
          role: exclusion === null ? (place?.role ?? null) : null,
          reason:
            exclusion !== null
              ? TARGET_EXCLUSION_REASONS[exclusion]
              : online
                ? null
                : 'Offline: begins when it connects.',
        };
      }),
      waves: sizes.map((machines, index) => ({
        ...{ number: index + 1, machines },
        canaries: drawn.filter(({ wave, role }) => wave === index + 1 && role === 'canary').length,
      })),
      holdOut: drawn.filter(({ role, exclusion }) => role === 'hold-out' && exclusion === null)
        .length,
      guard: targeted.guard,
      approvalNeeded: needsApproval(await this.settings.read(database), included.length),
      duration: await this.estimates.duration(plan, included, sizes, now),
      bytes: await this.estimates.bytes(plan, included),
      replays: await this.replays.of(plan),
      problems: problemsOf(plan, targeted, sizes, now),
    };
  }
}
