import {
  type RunState,
  type Verdict,
  type VerdictLevel,
  findPlaybook,
  toneOf,
} from '@fleetmend/domain';
import { type Tone } from '../../design/status-chip';

/** A verdict in words: the chip, and the sentence below it. */
export interface VerdictWords {
  readonly label: string;
  readonly sentence: string;
}

const VERDICT_WORDS: Readonly<Record<Verdict, VerdictWords>> = {
  fixed: {
    label: 'Fixed',
    sentence: 'The update that failed installed after the playbook ran.',
  },
  superseded: {
    label: 'Superseded',
    sentence: 'A newer update took the place of the one that failed, and it installed.',
  },
  'recovered-untreated': {
    label: 'Recovered by itself',
    sentence: 'The update installed before the playbook changed anything.',
  },
  'scan-ok-not-installed': {
    label: 'Not installed yet',
    sentence:
      'Windows can look for updates again. The update that failed has not been installed yet, so nothing is proven about it.',
  },
  unverified: {
    label: 'Not verified',
    sentence:
      'The steps ran, but no scan was seen within the time for it, so nothing can be said about the failure.',
  },
  'same-error': {
    label: 'Same error',
    sentence: 'The playbook ran, and the same error came back.',
  },
  'new-error': {
    label: 'Another error',
    sentence: 'The playbook ran, and updating now fails with another error.',
  },
  'step-failed': {
    label: 'Step failed',
    sentence:
      'A step of the playbook failed. What had been changed was put back as far as possible.',
  },
  'rolled-back': {
    label: 'Rolled back',
    sentence: 'The playbook could not be finished, and everything it had changed was put back.',
  },
  inconsistent: {
    label: 'Needs attention',
    sentence: 'The machine is not as it was before the run. Someone should look at it.',
  },
  lost: {
    label: 'Lost',
    sentence: 'The machine started the run and has not been heard of since.',
  },
  expired: {
    label: 'Expired',
    sentence: 'The machine did not fetch the order in time. Nothing was changed.',
  },
  cancelled: { label: 'Cancelled', sentence: 'The run was cancelled. Nothing was changed.' },
  skipped: {
    label: 'Skipped',
    sentence: 'A check found that the playbook should not run here now. Nothing was changed.',
  },
  done: {
    label: 'Done',
    sentence: 'The playbook did what it is for, and that was seen. It mends no failure of its own.',
  },
  'dry-run-done': {
    label: 'Dry run done',
    sentence: 'The machine said what it would do. Nothing was changed.',
  },
  undone: { label: 'Undone', sentence: 'What the earlier run had changed was put back.' },
  recurred: {
    label: 'Came back',
    sentence: 'The failure was fixed, and came back within the watch period.',
  },
};

/** A verdict in words. One that this dashboard doesn't know yet is shown by its name. */
export function verdictWords(verdict: string): VerdictWords {
  return isVerdict(verdict) ? VERDICT_WORDS[verdict] : { label: verdict, sentence: '' };
}

function isVerdict(verdict: string): verdict is Verdict {
  return Object.hasOwn(VERDICT_WORDS, verdict);
}

/** How far the proof goes, a row of the ladder each. */
export const LEVEL_WORDS: Readonly<
  Record<VerdictLevel, { readonly label: string; readonly proof: string }>
> = {
  L0: { label: 'Steps ran', proof: 'Every step of the playbook ended well.' },
  L1: {
    label: 'Scan completed',
    proof: 'Windows looked for updates afterwards, without an error.',
  },
  L2: { label: 'Update installed', proof: 'The update that failed, or its successor, installed.' },
  L3: {
    label: 'Survived a restart',
    proof: 'The machine restarted, and the update is still there.',
  },
  L4: { label: 'Did not come back', proof: 'The failure stayed away for the whole watch period.' },
};

const STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: 'Waiting for the machine',
  leased: 'Fetched by the machine',
  preflight: 'Checking',
  snapshot: 'Saving',
  acting: 'Repairing',
  rebooting: 'Restarting',
  verifying: 'Verifying',
  soaking: 'Watching',
  ended: 'Ended',
};

/** The state of a run in words; one that this dashboard doesn't know yet by its name. */
export function runStateWord(state: string): string {
  return (STATE_WORDS as Readonly<Record<string, string>>)[state] ?? state;
}

const SECTION_WORDS: Readonly<Record<string, string>> = {
  preflight: 'Checks',
  snapshot: 'Save what is there',
  acting: 'Repair',
  verifying: 'Verify',
  undo: 'Put back',
};

/** The heading of a section of steps. */
export function sectionWord(section: string): string {
  return SECTION_WORDS[section] ?? section;
}

const MODE_WORDS: Readonly<Record<string, string>> = {
  execute: 'For real',
  'dry-run': 'Dry run',
  undo: 'Undo',
};

/** What a run does: for real, a dry run, or an undo. */
export function modeWord(mode: string): string {
  return MODE_WORDS[mode] ?? mode;
}

/** The tone of a verdict's chip. A dry run proves nothing, so it isn't a success. */
export function verdictTone(verdict: string): Tone {
  if (!isVerdict(verdict)) return 'quiet';
  if (verdict === 'dry-run-done' || verdict === 'undone') return 'info';
  if (verdict === 'scan-ok-not-installed' || verdict === 'unverified') return 'warn';
  const tone = toneOf(verdict);
  return tone === 'neutral' ? 'quiet' : tone;
}

/** The tone of the chip of a run that has not ended. */
export function runStateTone(state: string): Tone {
  return state === 'queued' ? 'quiet' : 'active';
}

/** The name of a parameter as words: "ignorePendingRestart" becomes "Ignore pending restart". */
export function nameWords(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A run's playbook by its title. */
export function playbookTitle(name: string): string {
  return findPlaybook(name)?.title ?? name;
}
