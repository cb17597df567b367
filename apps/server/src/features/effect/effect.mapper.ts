import type { EffectRow, HoldCurve } from '@fleetmend/dashboard-api';
import {
  effectivenessOf,
  ENOUGH_DECIDED,
  HOLD_METHOD,
  holdCurve,
  type HoldTime,
} from '@fleetmend/domain';
import type { EffectCounts } from './effectiveness.repository';

/** What the numbers of this feature are, for people. */
export const EFFECT_METHOD = `Counted are runs that were carried out and decided: mended (fixed, or superseded by a later update) against everything that failed, was lost, ended with an error or came back. A success that was taken back does not count. The interval is Wilson's and holds 95 %. From ${ENOUGH_DECIDED} decided runs on it ranks what is proposed.`;
export const PLAYBOOK_METHOD = `${EFFECT_METHOD} Playbooks that mend no failure of their own count as a success when what they are for was seen to be so.`;

export function toEffectRow(counts: EffectCounts): EffectRow {
  const { playbook, version, helped, decided, L0, L1, L2, L3, L4 } = counts;
  return {
    ...{ playbook, version },
    ...effectivenessOf(helped, decided),
    levels: { L0, L1, L2, L3, L4 },
  };
}

/** Proven best first; ties by name and newest version. */
export function toEffectRows(counts: readonly EffectCounts[]): EffectRow[] {
  return counts
    .map(toEffectRow)
    .sort(
      (a, b) =>
        b.low - a.low || a.playbook.localeCompare(b.playbook, 'en') || b.version - a.version,
    );
}

/** Null when nothing was mended. */
export function toHoldCurve(times: readonly HoldTime[], watchDays: number): HoldCurve | null {
  const cameBack = times.reduce((sum, each) => sum + each.cameBack, 0);
  const fixed = times.reduce((sum, each) => sum + each.lost, cameBack);
  if (fixed === 0) return null;
  const points = holdCurve(times, watchDays).map((point) => ({ ...point }));
  return { fixed, cameBack, watchDays, points, method: HOLD_METHOD };
}
