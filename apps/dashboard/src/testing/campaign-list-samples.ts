import type { Campaign, CampaignSettings, EmergencyStop } from '@fleetmend/dashboard-api';
import { sampleId } from './samples';

export function sampleListedCampaign(n: number, part: Partial<Campaign> = {}): Campaign {
  return {
    id: sampleId(6000 + n),
    name: `Campaign ${n}`,
    state: 'running',
    pauseReason: null,
    pauseMessage: null,
    playbook: 'reset-software-distribution',
    playbookVersion: 3,
    mode: 'execute',
    fingerprintId: null,
    failure: '0x80070002 in download',
    createdAt: '2026-01-01T08:00:00Z',
    createdBy: 'ada@example.org',
    launchedAt: '2026-01-01T09:00:00Z',
    startedAt: '2026-01-01T09:00:00Z',
    endedAt: null,
    machines: 120,
    tally: {
      ...{ success: 60, hard: 1, soft: 4, open: 50, leftOut: 5 },
      ...{ inFlight: 10, pending: 40, newErrors: {} },
    },
    wave: 2,
    waves: 4,
    parentId: null,
    ...part,
  };
}

export function sampleCampaignSettings(part: Partial<CampaignSettings> = {}): CampaignSettings {
  return {
    approvalFromMachines: 50,
    fleetConcurrency: 200,
    coolDownDays: 7,
    chronicRuns: 3,
    sitePercent: null,
    ...part,
  };
}

export function sampleEmergencyStop(part: Partial<EmergencyStop> = {}): EmergencyStop {
  return { on: false, reason: null, by: null, at: null, ...part };
}
