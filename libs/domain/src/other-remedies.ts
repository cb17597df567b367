import type { RemedyHint } from './error-codes/entry';
import { PLAYBOOK_NAMES, type PlaybookName } from './playbook';
import type { Proposal, ProposalConfidence } from './proposal';
import type { ProposedFailure, ProposalHint, ResetGuard } from './reset-guard';

/** What a playbook does about it, after the reason why it is proposed. */
const DOES: Readonly<Partial<Record<PlaybookName, string>>> = {
  'repair-component-store': 'DISM and SFC repair the store and the system files.',
  'repair-update-services': 'Disabled services get their start types back, and are seen to start.',
  'run-troubleshooter': 'The troubleshooter of Windows, where it still has it, looks at the rest.',
  'update-drivers': 'Windows Update may have newer drivers for this machine.',
  'allow-os-upgrade': 'Public recipes set a value of the registry for this code.',
  'sync-clock': 'The clock is measured against this server, and set right.',
  'restart-machine':
    'A restart, with the consent of whoever is signed in, finishes what waits for it.',
};

/** Below that a remedy of the catalogue is too weak a hint to be proposed. */
const PROPOSED_FROM = 0.4;
const LIKELY_FROM = 0.6;
const DOCUMENTED_FROM = 0.7;

/** What helps instead of the reset, as far as it is a playbook: the guard's own order, the best first. */
export function proposalsInstead(
  guard: ResetGuard,
  failure: ProposedFailure,
  entry?: ProposalHint,
): readonly Proposal[] {
  return guard.betterRemedies.flatMap((remedy, index) => {
    if (!isPlaybook(remedy) || !fits(remedy, failure)) return [];
    const named = entry?.remedy === remedy ? confidenceOf(entry) : undefined;
    return [proposal(remedy, guard.reason, named ?? (index === 0 ? 'likely' : 'possible'))];
  });
}

/** The catalogue's remedy, where it is a playbook other than the reset and sure enough. */
export function remedyOfCatalogue(
  failure: ProposedFailure,
  entry: ProposalHint | undefined,
): readonly Proposal[] {
  if (!entry || entry.confidence < PROPOSED_FROM || !isPlaybook(entry.remedy)) return [];
  if (entry.remedy === 'reset-software-distribution' || !fits(entry.remedy, failure)) return [];
  return [proposal(entry.remedy, `${entry.message}.`, confidenceOf(entry))];
}

function confidenceOf({ published, confidence }: ProposalHint): ProposalConfidence {
  if (published && confidence >= DOCUMENTED_FROM) return 'documented';
  return confidence >= LIKELY_FROM ? 'likely' : 'possible';
}

/** The value of the registry is for feature updates only. */
function fits(playbook: PlaybookName, { updateKind }: ProposedFailure): boolean {
  return playbook !== 'allow-os-upgrade' || updateKind === 'feature';
}

function isPlaybook(remedy: RemedyHint): remedy is RemedyHint & PlaybookName {
  return (PLAYBOOK_NAMES as readonly string[]).includes(remedy);
}

function proposal(playbook: PlaybookName, why: string, confidence: ProposalConfidence): Proposal {
  return { playbook, confidence, reason: [why, DOES[playbook] ?? ''].join(' ').trim() };
}
