import { Injectable } from '@nestjs/common';
import type { CampaignPlan, CampaignPreview } from '@fleetmend/dashboard-api';
import {
  amountOf,
  campaignDuration,
  findPlaybook,
  openHours,
  type OpenHours,
} from '@fleetmend/domain';
import { Database } from '../../platform/database';
import { EstimatesRepository, HabitsRepository } from '../effect';
import type { Candidate } from './campaign-candidates.repository';

/** How long a run is taken to last while none of its playbook has ended yet, in minutes. */
const USUAL_MINUTES = 30;

/** How long a plan will take and what it will load again, from what was seen so far. */
@Injectable()
export class CampaignEstimates {
  constructor(
    private readonly database: Database,
    private readonly habits: HabitsRepository,
    private readonly estimates: EstimatesRepository,
  ) {}

  /** `sizes` are those of the waves. Null when no window opens, or it would take longer than a year. */
  async duration(
    plan: CampaignPlan,
    included: readonly Candidate[],
    sizes: readonly number[],
    now: Date,
  ): Promise<CampaignPreview['duration']> {
    const { execution, gate } = plan;
    const machineIds = included.map(({ machineId }) => machineId);
    const [habits, usual] = await Promise.all([
      this.habits.together(this.database, machineIds),
      this.estimates.runDuration(this.database, plan.playbook),
    ]);
    const startAt = execution.startAt === null ? now : new Date(execution.startAt);
    return campaignDuration({
      waves: sizes.map((machines) => ({
        machines,
        minimumDecided: amountOf(gate.minimumDecided, machines),
      })),
      ...{ concurrency: execution.concurrency, habits, isOpen: openForAny(plan, included) },
      from: startAt > now ? startAt : now,
      runMinutes: usual?.minutes ?? USUAL_MINUTES,
      ...{ soakHours: gate.soakHours, maximumWaitHours: gate.maximumWaitHours },
    });
  }

  /** Null for playbooks that set nothing aside, and where no machine has told. */
  async bytes(
    plan: CampaignPlan,
    included: readonly Candidate[],
  ): Promise<CampaignPreview['bytes']> {
    const steps = findPlaybook(plan.playbook, plan.playbookVersion)?.steps ?? [];
    if (!steps.some(({ action }) => action === 'rename-directory')) return null;
    return this.estimates.bytes(
      this.database,
      included.map(({ machineId }) => machineId),
    );
  }
}

/** Whether a window is open for any of the machines at some time of an hour. */
function openForAny(plan: CampaignPlan, included: readonly Candidate[]): OpenHours {
  const zones = [undefined, ...new Set(included.flatMap(({ timeZone }) => timeZone ?? []))];
  const open = zones.map((zone) => openHours(plan.execution.windows, zone));
  return (hour) => open.some((isOpen) => isOpen(hour));
}
