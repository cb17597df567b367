import type { CampaignFeedEntry } from '@fleetmend/dashboard-api';
import { CAMPAIGN_STATES, WAVE_STATES } from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';
import { CAMPAIGN_STATE_WORDS, WAVE_STATE_WORDS } from '../campaigns/campaign-words';

/** The state that an entry led to, for its chip; null where nothing moved. A state that this dashboard doesn't know is shown by its name. */
export function movedTo({
  wave,
  from,
  to,
}: CampaignFeedEntry): { readonly label: string; readonly tone: Tone } | null {
  if (to === null || to === from) return null;
  const campaign = CAMPAIGN_STATES.find((state) => state === to);
  const ofWave = WAVE_STATES.find((state) => state === to);
  if (wave !== null && ofWave !== undefined) return WAVE_STATE_WORDS[ofWave];
  // A decision about a wave may move the campaign.
  if (campaign !== undefined) return CAMPAIGN_STATE_WORDS[campaign];
  return { label: to, tone: 'quiet' };
}

/** What an entry is about. */
export function subjectOf({ wave, to }: CampaignFeedEntry): string {
  if (wave === null) return 'Campaign';
  const isOfWave = to === null || WAVE_STATES.some((state) => state === to);
  return isOfWave ? `Wave ${wave}` : `Campaign, for wave ${wave}`;
}
