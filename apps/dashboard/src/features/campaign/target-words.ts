import type { CampaignTarget } from '@fleetmend/dashboard-api';
import type { Tone } from '../../design/status-chip';
import { runStateTone, runStateWord, verdictTone, verdictWords } from '../run/run-words';

/** How a target stands: the words and the tone of its chip. */
export function targetWords({ state, verdict, runId }: CampaignTarget): {
  readonly label: string;
  readonly tone: Tone;
} {
  if (state === 'excluded') return { label: 'Left out', tone: 'quiet' };
  if (state === 'held-out') return { label: 'Held out', tone: 'quiet' };
  if (verdict !== null) return { label: verdictWords(verdict).label, tone: verdictTone(verdict) };
  // Without a run there is no order yet that the machine could fetch.
  if (state === 'queued' && runId === null) return { label: 'Waiting', tone: 'quiet' };
  return { label: runStateWord(state), tone: runStateTone(state) };
}
