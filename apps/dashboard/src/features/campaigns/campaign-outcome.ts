import type { Campaign } from '@fleetmend/dashboard-api';
import type { Tone } from '../../design/status-chip';
import { OUTCOME_WORDS, type TargetOutcome } from './campaign-words';

/** How many machines of a campaign came to this. */
export interface CampaignOutcomePart {
  readonly outcome: TargetOutcome;
  readonly label: string;
  readonly tone: Tone;
  readonly count: number;
}

const ORDER: readonly TargetOutcome[] = ['success', 'soft', 'hard', 'open', 'left-out'];

/** What the machines of a campaign came to, the good first, without what there is none of. */
export function campaignOutcome(tally: Campaign['tally']): readonly CampaignOutcomePart[] {
  const counts: Readonly<Record<TargetOutcome, number>> = {
    success: tally.success,
    soft: tally.soft,
    hard: tally.hard,
    open: tally.open,
    'left-out': tally.leftOut,
  };
  return ORDER.map((outcome) => {
    const { label, tone } = OUTCOME_WORDS[outcome];
    return { outcome, label, tone, count: counts[outcome] };
  }).filter(({ count }) => count > 0);
}
