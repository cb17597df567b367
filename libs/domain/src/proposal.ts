import type { RemedyHint } from './error-codes/entry';
import { proposalsInstead, remedyOfCatalogue } from './other-remedies';
import type { PlaybookName } from './playbook';
import { type ProposalHint, type ProposedFailure, type ResetGuard, guardOf } from './reset-guard';

/**
 * How sure a proposal is: `documented` by Microsoft for this code and phase, `likely`, or only `possible`. `measured`: no
 * table names it, and own runs have shown that it helps.
 */
export const PROPOSAL_CONFIDENCES = ['documented', 'likely', 'possible', 'measured'] as const;
export type ProposalConfidence = (typeof PROPOSAL_CONFIDENCES)[number];

export interface Proposal {
  readonly playbook: PlaybookName;
  /** Why, for people. */
  readonly reason: string;
  readonly confidence: ProposalConfidence;
}

/** What helps against a failure, the best first, and whether the reset is the wrong tool for it. */
export interface Proposals {
  /** With a guard: what helps instead, never the reset. */
  readonly proposals: readonly Proposal[];
  /** There when the reset should not be used. An administrator may override it, and the override is recorded. */
  readonly guard?: ResetGuard;
}

const RESET = 'reset-software-distribution' satisfies PlaybookName & RemedyHint;

/**
 * Proposes playbooks for a failure, by code **and** phase: the same 0x80070002 asks for a reset when a download fails,
 * and for something else when an installation does. `entry` is what the catalogue knows of the code.
 */
export function proposePlaybooks(failure: ProposedFailure, entry?: ProposalHint): Proposals {
  const guard = guardOf(failure, entry);
  if (guard !== undefined) {
    return { proposals: proposalsInstead(guard, failure, entry), guard };
  }
  const reset = proposalOf(failure, entry);
  return { proposals: [...(reset ? [reset] : []), ...remedyOfCatalogue(failure, entry)] };
}

function proposalOf(failure: ProposedFailure, entry?: ProposalHint): Proposal | undefined {
  const { code, phase } = failure;
  if (code === '0x80070002' || code === '0x80070003') {
    if (phase === 'download') {
      return {
        playbook: RESET,
        confidence: 'documented',
        reason:
          'Files of the download are missing from the update cache. KB 910336 prescribes the reset for this code.',
      };
    }
    return {
      playbook: RESET,
      confidence: phase === 'scan' ? 'likely' : 'possible',
      reason:
        phase === 'scan'
          ? 'The scan misses files that it keeps in the update cache; a reset makes Windows build them anew.'
          : 'KB 910336 prescribes the reset for this code in the download; in which phase it failed here is unknown.',
    };
  }
  if (entry?.remedy !== RESET || entry.confidence < 0.4) return undefined;
  if (phase === 'install' || phase === 'reboot') {
    return {
      playbook: RESET,
      confidence: 'possible',
      reason: `${entry.message}. The update was already downloaded when it failed, so that a fresh download is only one possible cure.`,
    };
  }
  if (entry.published && entry.confidence >= 0.7) {
    return {
      playbook: RESET,
      confidence: 'documented',
      reason: `${entry.message}. Microsoft's documentation has the update cache built anew for this code.`,
    };
  }
  return {
    playbook: RESET,
    confidence: entry.confidence >= 0.7 ? 'likely' : 'possible',
    reason:
      entry.family === 'datastore'
        ? `${entry.message}. The datastore lies in the update cache, and a reset makes Windows build it anew.`
        : `${entry.message}. A fresh update cache is known to help.`,
  };
}
