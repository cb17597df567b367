import type { Tone } from '../../design/status-chip';
import { runStateWord, verdictTone, verdictWords } from '../run/run-words';

/** How many runs of a remediation stand like this. */
export interface OutcomePart {
  /** A verdict, or a state of runs that have not ended. */
  readonly name: string;
  readonly label: string;
  readonly tone: Tone;
  readonly count: number;
}

const TONE_ORDER: readonly Tone[] = ['good', 'info', 'warn', 'bad', 'active', 'quiet'];
/** States that come before the machine does anything. */
const WAITING = ['queued', 'leased'];

/** What the runs of a remediation came to, the good first, then what is under way, then what waits. */
export function outcomeOf(remediation: {
  readonly states: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, number>>;
}): readonly OutcomePart[] {
  const ended = Object.entries(remediation.verdicts).map(([name, count]) => ({
    name,
    label: verdictWords(name).label,
    tone: verdictTone(name),
    count,
  }));
  const going = Object.entries(remediation.states)
    .filter(([name]) => name !== 'ended')
    .map(([name, count]) => ({
      name,
      label: runStateWord(name),
      tone: WAITING.includes(name) ? ('quiet' as const) : ('active' as const),
      count,
    }));
  return [...ended.sort(byTone), ...going.sort(byTone)].filter(({ count }) => count > 0);
}

function byTone(a: OutcomePart, b: OutcomePart): number {
  return TONE_ORDER.indexOf(a.tone) - TONE_ORDER.indexOf(b.tone) || b.count - a.count;
}
