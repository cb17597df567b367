import { WORKING_WAVE_STATES, type WaveState } from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';
import { WAVE_STATE_WORDS } from '../campaigns/campaign-words';

/** How a wave stands. In a campaign that has ended, a wave that was at work or planned is neither any more. */
export function waveWords(
  state: WaveState,
  ended: boolean,
): { readonly label: string; readonly tone: Tone } {
  if (!ended) return WAVE_STATE_WORDS[state];
  if (state === 'planned') return { label: 'Never begun', tone: 'quiet' };
  return WORKING_WAVE_STATES.some((working) => working === state)
    ? { label: 'Not finished', tone: 'quiet' }
    : WAVE_STATE_WORDS[state];
}
