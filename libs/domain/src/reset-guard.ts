import type { ErrorCodeEntry, RemedyHint } from './error-codes/entry';
import type { Failure } from './failure';

/** The part of a failure that a proposal rests on. */
export type ProposedFailure = Pick<
  Failure,
  'code' | 'extendedCode' | 'phase' | 'updateKind' | 'updateSource'
>;

/** The part of a catalogue entry that a proposal rests on. */
export type ProposalHint = Pick<
  ErrorCodeEntry,
  'family' | 'remedy' | 'confidence' | 'published' | 'message'
>;

/** Why the reset is the wrong tool for a failure. */
export interface ResetGuard {
  /** In one sentence, for people. */
  readonly reason: string;
  /** What that rests on. */
  readonly evidence: string;
  /** What helps instead, the best first; empty where time or people have to. */
  readonly betterRemedies: readonly RemedyHint[];
}

interface Rule extends ResetGuard {
  readonly applies: (failure: ProposedFailure) => boolean;
}

/** The first rule that applies is given: what is not about Windows Update at all, then codes, then code and phase. */
const RULES: readonly Rule[] = [
  {
    applies: ({ code, updateKind, updateSource }) =>
      updateKind === 'store-app' || updateSource === 'store' || /^0x80073[CD]/.test(code),
    reason: 'This is an app from the Microsoft Store, not an update of Windows.',
    evidence:
      'Windows writes failed Store apps (mostly 0x80073D02, "app in use") into the same log. They are installed again by themselves and do not use what the reset renews.',
    betterRemedies: [],
  },
  {
    applies: ({ updateKind }) => updateKind === 'defender-definitions',
    reason: 'These are Defender definitions, which come several times a day.',
    evidence: 'The next definitions replace the failed ones, whatever became of them.',
    betterRemedies: [],
  },
  {
    applies: codes('0x8024002E', '0x80240438'),
    reason: 'A policy or a closed network keeps the machine from its update server.',
    evidence:
      '0x8024002E and 0x80240438 mean that the server may not or cannot be reached: DisableWindowsUpdateAccess, DoNotConnectToWindowsUpdateInternetLocations, a WSUS server that is gone, or a firewall. The cache has no part in it.',
    betterRemedies: ['check-proxy-firewall'],
  },
  {
    applies: codes('0x80072F8F', '0x80070576', '0x800B0101', '0x80096005', '0x80090328'),
    reason: 'The clock is wrong, or a certificate is not valid at the time that it shows.',
    evidence:
      "Microsoft's Defender and Windows Update troubleshooting tie these codes to date and time, and beyond that to TLS 1.2 and missing root certificates.",
    betterRemedies: ['sync-clock', 'check-proxy-firewall'],
  },
  {
    applies: ({ code }) =>
      ['0x80070070', '0x80070027', '0x80030070', '0xC8000211', '0xC8000710'].includes(code) ||
      /^0xC19001(22|23|DF)$|^0xC190020[C-F]$|^0xC190021[12]$/.test(code),
    reason: 'The disk is full.',
    evidence:
      'The reset keeps the old folder beside the new one, so that the disk gets fuller. Feature updates need 16 to 20 GB.',
    betterRemedies: ['free-disk-space'],
  },
  {
    applies: codes('0x80240016', '0x8024D00E', '0x80242014', '0x00240005', '0x80070BC9'),
    reason: 'A restart is pending.',
    evidence:
      'An update is staged and waits for the restart. A reset now would lose it, and with it what has been installed so far.',
    betterRemedies: ['restart-machine'],
  },
  {
    applies: ({ code, extendedCode, phase }) =>
      isSetupExtension(extendedCode) || (/^0xC190/.test(code) && phase !== 'download'),
    reason: 'This is an error of Windows set-up, which does not work from the update cache.',
    evidence:
      'The second part of the code names the phase and operation of set-up that failed. Microsoft lists drivers, disk space and damaged system files as causes.',
    betterRemedies: ['update-drivers', 'free-disk-space', 'repair-component-store'],
  },
  {
    applies: ({ extendedCode }) => /^0x(?:800F0|800736|800737)/.test(extendedCode ?? ''),
    reason: 'Servicing failed at the component store, after the download was complete.',
    evidence:
      "The second code is servicing's own (event log Setup, CBS.log), behind one of Windows Update that only sums up. The reset renews the update cache, not the store.",
    betterRemedies: ['repair-component-store'],
  },
  {
    applies: ({ code, extendedCode, phase }) =>
      [code, extendedCode].some((one) => one === '0x80070002' || one === '0x80070003') &&
      (phase === 'install' || phase === 'reboot'),
    reason: 'The download was complete; files are missing while Windows installs.',
    evidence:
      'KB 910336 is about files that are missing in the download. In the install phase Microsoft documents a damaged component store and missing driver files (CBS.log names the path), which a reset leaves as they are.',
    betterRemedies: ['repair-component-store', 'update-drivers'],
  },
];

/** What the catalogue's remedy means for the reset, for codes that have no rule of their own. */
const BY_REMEDY: Partial<Record<RemedyHint, string>> = {
  'repair-component-store':
    'The component store is damaged. The reset renews the update cache, not the store.',
  'repair-update-services':
    'A service that Windows Update needs is missing, disabled or does not answer.',
  'update-drivers': 'A driver is the cause.',
  'sync-clock': 'The clock, or what depends on it, is the cause.',
  'restart-machine': 'The machine needs a restart first.',
  'check-proxy-firewall': 'The way to the update server is the cause: proxy, firewall or filter.',
  'free-disk-space': 'The disk is the cause.',
};

/** From here on the catalogue is sure enough to speak against the reset. */
const SURE = 0.75;

/** Why the reset is the wrong tool for this failure, or nothing. */
export function guardOf(failure: ProposedFailure, entry?: ProposalHint): ResetGuard | undefined {
  const rule = RULES.find(({ applies }) => applies(failure));
  if (rule !== undefined) {
    return { reason: rule.reason, evidence: rule.evidence, betterRemedies: rule.betterRemedies };
  }
  if (entry === undefined || entry.confidence < SURE) return undefined;
  const reason = BY_REMEDY[entry.remedy];
  if (reason === undefined) return undefined;
  return {
    reason,
    evidence: `${entry.message}. ${entry.published ? "Microsoft's documentation" : 'The error catalogue'} names this remedy for the code.`,
    betterRemedies: [entry.remedy],
  };
}

/** Phase and operation of set-up (`0x0004000D`), not the code of servicing behind one that sums up. */
function isSetupExtension(extendedCode: string | undefined): boolean {
  return /^0x000[0-9A-F]{5}$/.test(extendedCode ?? '');
}

function codes(...list: readonly string[]): Rule['applies'] {
  return ({ code }) => list.includes(code);
}
