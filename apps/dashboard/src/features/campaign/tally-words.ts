import type { Tally } from '@fleetmend/domain';
import { OUTCOME_WORDS } from '../campaigns/campaign-words';
import type { Tone } from '../../design/status-chip';
import { numberWords } from './count-words';

/** A number of a tally with its word. */
export interface TallyPart {
  readonly name: string;
  readonly label: string;
  readonly tone: Tone;
  readonly count: string;
}

/** How many are decided. */
export function decidedOf({ success, hard, soft }: Tally): number {
  return success + hard + soft;
}

/** Machines that ended with an error. */
export function failedOf({ hard, soft }: Tally): number {
  return hard + soft;
}

/** Machines that could be tried again: all that are through, but for the successes. */
export function unsuccessfulOf(tally: Tally): number {
  return failedOf(tally) + tally.leftOut + unprovenOf(tally);
}

/** Machines that ran, and are not proven as far as the gate wants. */
export function unprovenOf({ open, inFlight, pending }: Tally): number {
  return Math.max(0, open - inFlight - pending);
}

/** A tally in parts, the good first; the parts of which there is none are left out, but for errors and successes. */
export function tallyParts(tally: Tally): readonly TallyPart[] {
  const waiting = Math.max(0, tally.pending);
  const word = (name: 'success' | 'soft' | 'hard' | 'left-out'): string =>
    name === 'soft' || name === 'hard'
      ? `${OUTCOME_WORDS[name].label.toLowerCase()} (${name})`
      : OUTCOME_WORDS[name].label.toLowerCase();
  const all = [
    part('success', word('success'), 'good', tally.success, true),
    part('hard', word('hard'), tally.hard > 0 ? 'bad' : 'quiet', tally.hard, true),
    part('soft', word('soft'), tally.soft > 0 ? 'warn' : 'quiet', tally.soft, true),
    part('in-flight', 'at work', 'active', tally.inFlight),
    part('unproven', 'not proven yet', 'info', unprovenOf(tally)),
    part('waiting', 'waiting', 'quiet', waiting),
    part('left-out', word('left-out'), 'quiet', tally.leftOut),
  ];
  return all.flatMap((each) => each);
}

function part(name: string, label: string, tone: Tone, count: number, always = false): TallyPart[] {
  return count > 0 || always ? [{ name, label, tone, count: numberWords(count) }] : [];
}
