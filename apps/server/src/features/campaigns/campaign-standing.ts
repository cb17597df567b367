import { type CampaignStanding, type WaveState, WORKING_WAVE_STATES } from '@fleetmend/domain';
import type { CampaignSettings } from '@fleetmend/dashboard-api';
import type { NewTarget } from './campaign-targets.repository';
import type { WaveRow } from './campaign-waves.repository';
import type { CampaignRow } from './campaigns.repository';

/** The sizes of the waves of a draw, in order. */
export function sizesOf(targets: readonly NewTarget[]): number[] {
  const sizes = new Map<number, number>();
  for (const { wave } of targets) {
    if (wave !== null) sizes.set(wave, (sizes.get(wave) ?? 0) + 1);
  }
  const last = Math.max(0, ...sizes.keys());
  return Array.from({ length: last }, (_, index) => sizes.get(index + 1) ?? 0);
}

/** Whether the settings want a second person for so many machines. */
export function needsApproval(settings: CampaignSettings, machines: number): boolean {
  return settings.approvalFromMachines !== null && machines >= settings.approvalFromMachines;
}

/** The wave that works or waits for a decision. */
export function currentWave(waves: readonly WaveRow[]): WaveRow | undefined {
  const open: readonly WaveState[] = [...WORKING_WAVE_STATES, 'failed', 'inconclusive'];
  return waves.find(({ state }) => open.includes(state));
}

/** What decides which actions are open. */
export function standingOf(
  campaign: Pick<CampaignRow, 'state' | 'pauseReason' | 'proposedChange'>,
  waves: readonly WaveRow[],
  counted: {
    readonly approvalNeeded: boolean;
    readonly failed: number;
    readonly reversible: number;
  },
): CampaignStanding {
  return {
    ...{ state: campaign.state, pauseReason: campaign.pauseReason },
    changeProposed: campaign.proposedChange !== null,
    wave: currentWave(waves)?.state ?? null,
    wavesAhead: waves.some(({ state }) => state === 'planned'),
    ...counted,
  };
}
