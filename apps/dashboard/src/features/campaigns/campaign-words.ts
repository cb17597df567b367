import type { TileState } from '@fleetmend/dashboard-api';
import type {
  CampaignState,
  PauseReason,
  Stratum,
  TargetExclusion,
  TargetRole,
  WaveState,
} from '@fleetmend/domain';
import type { Tone } from '../../design/status-chip';

/** A short name with the tone of its chip, and what it means in a sentence. */
export interface CampaignWords {
  readonly label: string;
  readonly tone: Tone;
  readonly sentence: string;
}

/** How a campaign stands. Why it is paused: {@link PAUSE_WORDS}. */
export const CAMPAIGN_STATE_WORDS: Readonly<Record<CampaignState, CampaignWords>> = {
  draft: { label: 'Draft', tone: 'quiet', sentence: 'Nothing happens until it is launched.' },
  'pending-approval': {
    label: 'Waits for approval',
    tone: 'warn',
    sentence: 'A second person has to approve it before it can be launched.',
  },
  approved: { label: 'Approved', tone: 'info', sentence: 'It can be launched now.' },
  rejected: {
    label: 'Rejected',
    tone: 'bad',
    sentence: 'A second person said no. It can be changed and submitted again.',
  },
  scheduled: { label: 'Scheduled', tone: 'info', sentence: 'It starts at its start time.' },
  running: { label: 'Running', tone: 'active', sentence: 'Its waves go out as their gates allow.' },
  paused: {
    label: 'Paused',
    tone: 'warn',
    sentence: 'No machine gets an order. Runs that have begun go on to their end.',
  },
  completed: {
    label: 'Completed',
    tone: 'good',
    sentence: 'Every wave is through, and no machine ended with an error.',
  },
  'completed-with-failures': {
    label: 'Completed with failures',
    tone: 'warn',
    sentence: 'Every wave is through; some machines were not mended.',
  },
  stopped: { label: 'Stopped', tone: 'bad', sentence: 'Somebody stopped it for good.' },
  expired: {
    label: 'Expired',
    tone: 'quiet',
    sentence: 'Its end date came before every machine had its turn.',
  },
};

/** Why a campaign is paused. */
export const PAUSE_WORDS: Readonly<Record<PauseReason, CampaignWords>> = {
  manual: { label: 'by a person', tone: 'warn', sentence: 'Somebody paused it.' },
  'gate-failed': {
    label: 'gate failed',
    tone: 'bad',
    sentence: 'A wave did not pass its gate. The next one does not start by itself.',
  },
  inconclusive: {
    label: 'undecided',
    tone: 'warn',
    sentence: 'Too few machines of a wave were decided to judge it. Somebody has to.',
  },
  budget: {
    label: 'budget used up',
    tone: 'bad',
    sentence: 'More machines failed in the whole campaign than its budget allows.',
  },
  'awaiting-approval': {
    label: 'change waits for approval',
    tone: 'warn',
    sentence: 'A change of its rules waits for a second person.',
  },
};

/** How a wave stands. */
export const WAVE_STATE_WORDS: Readonly<Record<WaveState, CampaignWords>> = {
  planned: { label: 'Planned', tone: 'quiet', sentence: 'Waits until the wave before it passed.' },
  dispatching: {
    label: 'Going out',
    tone: 'active',
    sentence: 'Machines get their orders, as many at once as is allowed.',
  },
  executing: {
    label: 'Working',
    tone: 'active',
    sentence: 'Every order is out. Machines are at work, or have yet to prove their success.',
  },
  soaking: {
    label: 'Being watched',
    tone: 'info',
    sentence: 'Every machine is through. Failures that come back now still count.',
  },
  evaluating: { label: 'Being judged', tone: 'info', sentence: 'The gate is looked at.' },
  passed: { label: 'Passed', tone: 'good', sentence: 'Its gate let it through.' },
  failed: { label: 'Failed', tone: 'bad', sentence: 'It did not pass its gate.' },
  inconclusive: {
    label: 'Undecided',
    tone: 'warn',
    sentence: 'Too few machines were decided to judge it.',
  },
  skipped: { label: 'Skipped', tone: 'quiet', sentence: 'Somebody left it behind.' },
};

/** What a machine came to, as gates count it; `open` until that is known. */
export type TargetOutcome = 'success' | 'soft' | 'hard' | 'open' | 'left-out';

/** The outcomes, the good first. */
export const OUTCOME_WORDS: Readonly<Record<TargetOutcome, CampaignWords>> = {
  success: {
    label: 'Succeeded',
    tone: 'good',
    sentence: 'The success is proven as far as the gate wants.',
  },
  soft: {
    label: 'Did not help',
    tone: 'warn',
    sentence: 'The playbook did no harm and did not help: the same error, or it came back.',
  },
  hard: {
    label: 'Went wrong',
    tone: 'bad',
    sentence: 'A step failed, another error appeared, or the machine was lost.',
  },
  open: { label: 'Open', tone: 'quiet', sentence: 'Waits, is at work, or is not proven yet.' },
  'left-out': {
    label: 'Left out',
    tone: 'quiet',
    sentence: 'Expired, cancelled, skipped or recovered by itself: counts neither way.',
  },
};

/** How a machine is painted. */
export const TILE_WORDS: Readonly<Record<TileState, CampaignWords>> = {
  waiting: { label: 'Waiting', tone: 'quiet', sentence: 'Has not begun.' },
  working: { label: 'At work', tone: 'active', sentence: 'The playbook runs on it.' },
  soaking: { label: 'Being watched', tone: 'info', sentence: 'Done; the failure must stay away.' },
  success: OUTCOME_WORDS.success,
  unproven: {
    label: 'Not proven yet',
    tone: 'info',
    sentence: 'It ran, and its success is not proven as far as the gate wants.',
  },
  soft: OUTCOME_WORDS.soft,
  hard: OUTCOME_WORDS.hard,
  'left-out': OUTCOME_WORDS['left-out'],
  'held-out': {
    label: 'Held out',
    tone: 'quiet',
    sentence: 'Stays untreated on purpose, to compare with.',
  },
};

/** What a machine is in a campaign. */
export const TARGET_ROLE_WORDS: Readonly<Record<TargetRole, string>> = {
  member: 'Member',
  canary: 'Canary',
  'hold-out': 'Held out',
};

/** Why a machine is no target, in few words; the server says the rest machine by machine. */
export const EXCLUSION_WORDS: Readonly<Record<TargetExclusion, string>> = {
  'unknown-machine': 'Unknown',
  retired: 'Retired',
  'never-connected': 'Never connected',
  'client-too-old': 'Client too old',
  'unknown-playbook': 'Client does not know the playbook',
  'not-affected': 'Does not have the failure',
  'active-run': 'Run under way',
  'offline-too-long': 'Offline for too long',
  'wrong-phase': 'Fails in another phase',
  guarded: 'Guard says no',
  'other-campaign': 'In another campaign',
  'cooling-down': 'Treated a short while ago',
  chronic: 'Chronic: nothing has helped',
};

/** What machines are alike in. */
export const STRATUM_WORDS: Readonly<Record<Stratum, string>> = {
  site: 'Site',
  'os-family': 'Windows',
  model: 'Model',
};

/** The chip of a campaign: "Paused: gate failed" in the reason's tone. */
export function campaignChip(campaign: {
  readonly state: CampaignState;
  readonly pauseReason: PauseReason | null;
}): CampaignWords {
  const state = CAMPAIGN_STATE_WORDS[campaign.state];
  if (campaign.state !== 'paused' || campaign.pauseReason === null) return state;
  const reason = PAUSE_WORDS[campaign.pauseReason];
  return { ...reason, label: `${state.label}: ${reason.label}` };
}
