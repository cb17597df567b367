import {
  type CampaignDetail,
  type CampaignFeedEntry,
  type CampaignPlan,
  type CampaignPreview,
  type CampaignTarget,
  type CampaignWave,
  type Comparison,
  type GateMeter,
  type OutcomeMatrix,
  campaignPlanSchema,
} from '@fleetmend/dashboard-api';
import type { Tally } from '@fleetmend/domain';
import { sampleListedCampaign } from './campaign-list-samples';
import { sampleId } from './samples';

const EARLIER = '2026-01-01T09:00:00Z';
const LATER = '2026-02-01T09:00:00Z';

export function sampleTally(part: Partial<Tally> = {}): Tally {
  return {
    ...{ success: 0, hard: 0, soft: 0, open: 0, leftOut: 0, inFlight: 0, pending: 0 },
    newErrors: {},
    ...part,
  };
}

export function samplePlan(part: Partial<CampaignPlan> = {}): CampaignPlan {
  return {
    ...campaignPlanSchema.parse({
      name: 'Mend the download',
      playbook: 'reset-software-distribution',
      targets: { source: { type: 'matching', filter: { failing: true } } },
      rollout: { waves: [{ count: 10 }, { percent: 50 }], seed: 'apple' },
      gate: {},
      budget: {},
      execution: { endAt: LATER },
    }),
    ...part,
  };
}

export function sampleMeter(part: Partial<GateMeter> = {}): GateMeter {
  return {
    id: 'hard-errors',
    value: 2,
    limit: 3,
    unit: 'machines',
    direction: 'at-most',
    state: 'open',
    ...part,
  };
}

export function sampleWave(number: number, part: Partial<CampaignWave> = {}): CampaignWave {
  return {
    number,
    state: 'planned',
    attempt: 1,
    machines: 10,
    tally: sampleTally({ open: 10, pending: 10 }),
    meters: [sampleMeter()],
    startedAt: null,
    soakUntil: null,
    decidedAt: null,
    decision: null,
    ...part,
  };
}

export function sampleComparison(part: Partial<Comparison> = {}): Comparison {
  return {
    treated: { machines: 61, recovered: 37 },
    waiting: { machines: 18, recovered: 8 },
    difference: 16.2,
    low: -8.4,
    high: 38.9,
    conclusion: 'not-proven',
    method: 'Difference of two shares, interval of 95 % by Newcombe.',
    asOfWave: null,
    ...part,
  };
}

export function sampleCampaign(part: Partial<CampaignDetail> = {}): CampaignDetail {
  return {
    ...sampleListedCampaign(0, { name: 'Mend the download' }),
    description: '',
    plan: samplePlan(),
    actions: ['pause', 'stop', 'skip-wave', 'shrink', 'change'],
    approvalNeeded: false,
    submittedBy: null,
    launchedBy: null,
    approvedBy: null,
    approvedAt: null,
    change: null,
    waveList: [
      sampleWave(1, {
        state: 'passed',
        startedAt: EARLIER,
        decidedAt: EARLIER,
        tally: sampleTally({ success: 9, soft: 1 }),
      }),
      sampleWave(2, {
        state: 'dispatching',
        startedAt: EARLIER,
        tally: sampleTally({ success: 3, hard: 2, open: 5, inFlight: 4, pending: 1 }),
      }),
      sampleWave(3),
    ],
    budgetMeters: [sampleMeter({ limit: 6 })],
    holdOut: null,
    excluded: [],
    comparison: sampleComparison(),
    waitingFor: null,
    windowOpensAt: null,
    children: [],
    rollBack: null,
    watchedUntil: null,
    ...part,
  };
}

export function sampleTarget(n: number, part: Partial<CampaignTarget> = {}): CampaignTarget {
  return {
    machineId: sampleId(3000 + n),
    hostname: `PC-${n}`,
    online: true,
    wave: 1,
    role: 'member',
    state: 'ended',
    message: 'The update installed.',
    attempt: 1,
    nextAttemptAt: null,
    runId: sampleId(4000 + n),
    verdict: 'fixed',
    code: null,
    ...part,
  };
}

export function sampleMove(n: number, part: Partial<CampaignFeedEntry> = {}): CampaignFeedEntry {
  return {
    id: String(n),
    at: EARLIER,
    wave: 1,
    from: 'evaluating',
    to: 'passed',
    actor: null,
    message: '9 of 10 were mended.',
    ...part,
  };
}

export function sampleMatrix(): OutcomeMatrix {
  return {
    cells: [
      { verdict: 'fixed', code: null, symbol: null, machines: 60, outcome: 'success' },
      {
        verdict: 'same-error',
        code: '0x80070002',
        symbol: 'ERROR_FILE_NOT_FOUND',
        machines: 30,
        outcome: 'soft',
      },
      { verdict: 'new-error', code: '0x80070003', symbol: null, machines: 7, outcome: 'hard' },
      { verdict: 'skipped', code: null, symbol: null, machines: 5, outcome: 'left-out' },
    ],
  };
}

export function sampleCampaignPreview(part: Partial<CampaignPreview> = {}): CampaignPreview {
  return {
    included: 118,
    includedOffline: 4,
    excluded: [{ exclusion: 'retired', machines: 2, reason: 'Retired' }],
    machines: [],
    waves: [{ number: 1, machines: 10, canaries: 0 }],
    holdOut: 0,
    guard: null,
    approvalNeeded: false,
    duration: null,
    bytes: null,
    replays: [],
    problems: [],
    ...part,
  };
}
