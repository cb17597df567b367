import type { CampaignDetail } from '@fleetmend/dashboard-api';
import { machineWords, numberWords } from './count-words';
import { decidedOf } from './tally-words';

/** "wave 2 of 5 · 214 of 1,000 decided". */
export function progressWords({
  wave,
  waves,
  tally,
  machines,
  launchedAt,
  endedAt,
}: CampaignDetail): string {
  if (launchedAt === null) {
    // The waves are drawn at the launch.
    return `${machineWords(machines)} now`;
  }
  const decided = `${numberWords(decidedOf(tally))} of ${numberWords(machines)} decided`;
  if (wave === null || endedAt !== null) return decided;
  return `wave ${numberWords(wave)} of ${numberWords(waves)} · ${decided}`;
}

/** What a campaign wants from a person, as a question; null where it wants nothing. */
export function askOf({ state, pauseReason, wave, change }: CampaignDetail): string | null {
  if (state === 'pending-approval') return 'May it be launched?';
  if (state !== 'paused') return null;
  if (change !== null) return 'May its rules be changed?';
  switch (pauseReason) {
    case 'gate-failed':
      return `Wave ${wave ?? ''} did not pass. What shall become of it?`;
    case 'inconclusive':
      return `Wave ${wave ?? ''} can’t be judged. What shall become of it?`;
    case 'budget':
      return 'The budget is used up. Go on with another one, or stop?';
    case 'awaiting-approval':
      return 'May its rules be changed?';
    default:
      return null;
  }
}
