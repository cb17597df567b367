import { ENOUGH_DECIDED, type Measured } from './effectiveness';
import { PLAYBOOK_NAMES, type PlaybookName } from './playbook';
import type { Proposal, ProposalConfidence, Proposals } from './proposal';
import type { ProposedFailure } from './reset-guard';

/** A proposal with what own runs say about it. */
export interface RankedProposal extends Proposal {
  /** Null = none has been decided. */
  readonly measured: Measured | null;
  /** Own runs have shown that it doesn't help against this. It stands last. */
  readonly discouraged: boolean;
}

/** What a proposal is worth as long as too little has been measured: the share that it is expected to help. */
const EXPECTED: Readonly<Record<ProposalConfidence, number>> = {
  documented: 0.6,
  likely: 0.4,
  possible: 0.2,
  measured: 0,
};
/** From this lower bound on, a playbook that no table names is proposed. */
const LEARNED_FROM = 0.5;
/** Below this upper bound a playbook has proven not to help. */
const DISCOURAGED_BELOW = 0.3;

/**
 * Ranks what the tables propose by what own runs have shown: with enough decided runs the lower bound of the share that it
 * helped counts, else what the tables expect. What has proven not to help is put last and says so; what has proven to help
 * is proposed though no table names it. Never against the guard: own results can't bring the reset back, nor anything
 * where time or people have to help.
 */
export function rankProposals(
  { proposals, guard }: Proposals,
  measured: ReadonlyMap<string, Measured>,
  { updateKind }: Pick<ProposedFailure, 'updateKind'>,
): readonly RankedProposal[] {
  const named = proposals.map((proposal) => ranked(proposal, measured.get(proposal.playbook)));
  const learned = PLAYBOOK_NAMES.flatMap((playbook) => {
    const own = measured.get(playbook);
    if (!own || own.decided < ENOUGH_DECIDED || own.low < LEARNED_FROM) return [];
    if (proposals.some((each) => each.playbook === playbook)) return [];
    if (guard && (playbook === RESET || guard.betterRemedies.length === 0)) return [];
    if (playbook === FEATURES_ONLY && updateKind !== 'feature') return [];
    return [ranked({ playbook, confidence: 'measured', reason: LEARNED }, own)];
  });
  return [...named, ...learned]
    .map((proposal, index) => ({ proposal, index, worth: worthOf(proposal) }))
    .sort(
      (a, b) =>
        Number(a.proposal.discouraged) - Number(b.proposal.discouraged) ||
        b.worth - a.worth ||
        a.index - b.index,
    )
    .map(({ proposal }) => proposal);
}

const RESET = 'reset-software-distribution' satisfies PlaybookName;
const FEATURES_ONLY = 'allow-os-upgrade' satisfies PlaybookName;
const LEARNED = 'Learned from your own results: no table names it for this failure.';

function ranked(proposal: Proposal, measured: Measured | undefined): RankedProposal {
  const discouraged =
    measured !== undefined &&
    measured.decided >= ENOUGH_DECIDED &&
    measured.high < DISCOURAGED_BELOW;
  const reason = discouraged
    ? `${proposal.reason} It has proven not to help here: ${measured.helped} of ${measured.decided} runs did.`
    : proposal.reason;
  return { ...proposal, reason, measured: measured ?? null, discouraged };
}

function worthOf({ measured, confidence }: RankedProposal): number {
  return measured && measured.decided >= ENOUGH_DECIDED ? measured.low : EXPECTED[confidence];
}
