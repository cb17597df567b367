import type { Comparison } from '@fleetmend/dashboard-api';
import { numberWords } from './count-words';

/** A comparison in one sentence: "treated 61 % (37 of 61), waiting 44 % (8 of 18): +17 points, −3 to +36: not proven". */
export function comparisonWords(comparison: Comparison): string {
  const { treated, waiting, difference, low, high, conclusion } = comparison;
  const groups = `treated ${groupWords(treated)}, waiting ${groupWords(waiting)}`;
  if (difference === null || low === null || high === null) return `${groups}: nothing to compare`;
  const span = `${pointWords(difference)} points, ${pointWords(low)} to ${pointWords(high)}`;
  return `${groups}: ${span}: ${CONCLUSIONS[conclusion].toLowerCase()}`;
}

const CONCLUSIONS: Readonly<Record<Comparison['conclusion'], string>> = {
  better: 'Proven better',
  worse: 'Proven worse',
  'not-proven': 'Not proven',
  'nothing-to-compare': 'Nothing to compare',
};

/** The conclusion as a chip says it. */
export function conclusionWord(conclusion: Comparison['conclusion']): string {
  return CONCLUSIONS[conclusion];
}

/** How many of a group recovered, in percent; null of an empty one. */
export function recoveredShare(group: Comparison['treated']): number | null {
  return group.machines === 0 ? null : Math.round((group.recovered / group.machines) * 100);
}

function groupWords(group: Comparison['treated']): string {
  const share = recoveredShare(group);
  if (share === null) return 'none';
  return `${share} % (${numberWords(group.recovered)} of ${numberWords(group.machines)})`;
}

/** Points of percent with their sign: "+17", "−3", "0". */
export function pointWords(points: number): string {
  const rounded = Math.round(points);
  if (rounded === 0) return '0';
  return rounded > 0 ? `+${rounded}` : `−${-rounded}`;
}
