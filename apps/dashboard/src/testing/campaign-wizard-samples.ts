import type { CampaignDetail, CampaignPlan, CampaignPreview } from '@fleetmend/dashboard-api';
import { campaignPlanSchema } from '@fleetmend/dashboard-api';
import { sampleListedCampaign } from './campaign-list-samples';
import { sampleId } from './samples';

/** A preview of twelve machines in three waves. */
export function samplePlanPreview(part: Partial<CampaignPreview> = {}): CampaignPreview {
  return {
    included: 12,
    includedOffline: 2,
    excluded: [{ exclusion: 'chronic', machines: 1, reason: '3 runs within 30 days did not help' }],
    machines: [
      {
        ...{ machineId: sampleId(3001), hostname: 'PC-1', online: false, wave: null, role: null },
        ...{ exclusion: 'chronic', reason: '3 runs within 30 days did not help' },
      },
      {
        ...{ machineId: sampleId(3002), hostname: 'PC-2', online: true, wave: 1, role: 'canary' },
        ...{ exclusion: null, reason: null },
      },
    ],
    waves: [
      { number: 1, machines: 5, canaries: 1 },
      { number: 2, machines: 2, canaries: 0 },
      { number: 3, machines: 5, canaries: 0 },
    ],
    holdOut: 0,
    guard: null,
    approvalNeeded: false,
    duration: { likelyHours: 30, atWorstHours: 72, explanation: 'Three waves, 4 hours watched.' },
    bytes: { downloadedAgain: 3 * 1024 ** 3, setAside: 1024 ** 3, machinesThatTold: 10 },
    replays: [
      {
        ...{ campaignId: sampleId(6009), name: 'January', machines: 40, stoppedAfter: 14 },
        ...{ reason: '4 machines went wrong' },
      },
    ],
    problems: [],
    ...part,
  };
}

export function sampleCampaignPlan(part: Partial<CampaignPlan> = {}): CampaignPlan {
  const plan = campaignPlanSchema.parse({
    name: 'The second try',
    playbook: 'reset-software-distribution',
    targets: { source: { type: 'machines', machineIds: [sampleId(3001), sampleId(3002)] } },
    rollout: { waves: [{ percent: 50 }], seed: 'abc' },
    gate: {},
    budget: {},
    execution: { endAt: '2026-02-01T08:00:00Z' },
  });
  return { ...plan, ...part };
}

/** A campaign as the server answers with it after it was saved. */
export function sampleSavedCampaign(part: Partial<CampaignDetail> = {}): CampaignDetail {
  return {
    ...sampleListedCampaign(1, { state: 'draft', wave: null, launchedAt: null, startedAt: null }),
    description: '',
    plan: sampleCampaignPlan(),
    actions: ['edit', 'discard', 'launch'],
    approvalNeeded: false,
    submittedBy: null,
    launchedBy: null,
    approvedBy: null,
    approvedAt: null,
    change: null,
    waveList: [],
    budgetMeters: [],
    holdOut: null,
    excluded: [],
    comparison: {
      treated: { machines: 0, recovered: 0 },
      waiting: { machines: 0, recovered: 0 },
      ...{ difference: null, low: null, high: null, conclusion: 'nothing-to-compare', method: '' },
      asOfWave: null,
    },
    waitingFor: null,
    windowOpensAt: null,
    children: [],
    rollBack: null,
    watchedUntil: null,
    ...part,
  };
}
