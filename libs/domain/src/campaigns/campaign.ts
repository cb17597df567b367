import { type LifeCycle, lifeCycle } from '../life-cycle';

/** The life of a campaign. `paused` carries a {@link PauseReason}; the last four are ends. */
export const CAMPAIGN_STATES = [
  'draft',
  'pending-approval',
  'approved',
  'rejected',
  'scheduled',
  'running',
  'paused',
  'completed',
  'completed-with-failures',
  'stopped',
  'expired',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

export const campaignLifeCycle: LifeCycle<CampaignState> = lifeCycle({
  start: 'draft',
  moves: {
    draft: ['pending-approval', 'scheduled'],
    'pending-approval': ['approved', 'rejected', 'draft'],
    approved: ['scheduled', 'draft'],
    rejected: ['draft'],
    scheduled: ['running', 'stopped', 'expired'],
    running: ['paused', 'completed', 'completed-with-failures', 'stopped', 'expired'],
    paused: ['running', 'stopped', 'expired'],
    // A failure that comes back within the watch period reopens what was fixed.
    completed: ['completed-with-failures'],
    'completed-with-failures': [],
    stopped: [],
    expired: [],
  },
});

/** States in which a campaign may still order something, or judge what it ordered. */
export const LIVE_CAMPAIGN_STATES = [
  'scheduled',
  'running',
  'paused',
] as const satisfies readonly CampaignState[];

/** Why a campaign pauses. Only `manual` is a person's doing; the others ask a person for a decision. */
export const PAUSE_REASONS = [
  'manual',
  'gate-failed',
  'inconclusive',
  'budget',
  'awaiting-approval',
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** The life of a wave. `failed` and `inconclusive` wait for a decision; nothing leads from them to the next wave alone. */
export const WAVE_STATES = [
  'planned',
  'dispatching',
  'executing',
  'soaking',
  'evaluating',
  'passed',
  'failed',
  'inconclusive',
  'skipped',
] as const;
export type WaveState = (typeof WAVE_STATES)[number];

export const waveLifeCycle: LifeCycle<WaveState> = lifeCycle({
  start: 'planned',
  moves: {
    planned: ['dispatching', 'skipped'],
    dispatching: ['executing', 'evaluating', 'skipped'],
    executing: ['dispatching', 'soaking', 'evaluating', 'skipped'],
    soaking: ['evaluating', 'skipped'],
    evaluating: ['passed', 'failed', 'inconclusive'],
    passed: [],
    // Retried, judged again by other thresholds, or left behind; each is a person's decision with a reason.
    failed: ['dispatching', 'evaluating', 'skipped'],
    inconclusive: ['dispatching', 'executing', 'evaluating', 'skipped'],
    skipped: [],
  },
});

/** Waves that order runs or wait for them. At most one wave of a campaign is in one of these. */
export const WORKING_WAVE_STATES = [
  'dispatching',
  'executing',
  'soaking',
  'evaluating',
] as const satisfies readonly WaveState[];

/** What a machine is in a campaign. `canary` = pinned to the first wave; `hold-out` = left untreated on purpose. */
export const TARGET_ROLES = ['member', 'canary', 'hold-out'] as const;
export type TargetRole = (typeof TARGET_ROLES)[number];

/**
 * Why a selected machine is no target. The first seven are also those of a single remediation; the last ones only a
 * campaign knows.
 */
export const TARGET_EXCLUSIONS = [
  'unknown-machine',
  'retired',
  'never-connected',
  'client-too-old',
  'unknown-playbook',
  'not-affected',
  'active-run',
  'offline-too-long',
  'wrong-phase',
  'guarded',
  'other-campaign',
  'cooling-down',
  'chronic',
] as const;
export type TargetExclusion = (typeof TARGET_EXCLUSIONS)[number];

/** What a person can decide about a campaign. Which of them are open now is answered by {@link campaignActions}. */
export const CAMPAIGN_ACTIONS = [
  'edit',
  'discard',
  'submit',
  'approve',
  'reject',
  'withdraw',
  'launch',
  'pause',
  'resume',
  'stop',
  'skip-wave',
  'retry-wave',
  'wait-longer',
  'shrink',
  'change',
  'approve-change',
  'reject-change',
  'retry-failed',
  'roll-back',
] as const;
export type CampaignAction = (typeof CAMPAIGN_ACTIONS)[number];

/** What decides which actions are open. */
export interface CampaignStanding {
  readonly state: CampaignState;
  readonly pauseReason: PauseReason | null;
  /** Whether a change of a launched campaign waits for a second person. */
  readonly changeProposed: boolean;
  /** Whether the settings want a second person for this campaign. */
  readonly approvalNeeded: boolean;
  /** The wave that works or waits for a decision, if any. */
  readonly wave: WaveState | null;
  /** Whether any wave is still planned. */
  readonly wavesAhead: boolean;
  /** Machines that ended without success. */
  readonly failed: number;
  /** Runs whose effects could be taken back. */
  readonly reversible: number;
}

/** The actions that are open in this standing, in the order in which they are offered. */
export function campaignActions(standing: CampaignStanding): readonly CampaignAction[] {
  const { state, pauseReason, wave } = standing;
  const ended =
    state === 'completed' ||
    state === 'completed-with-failures' ||
    state === 'stopped' ||
    state === 'expired';
  const undecided = wave === 'failed' || wave === 'inconclusive';
  const live = state === 'running' || state === 'paused';
  const open: Record<CampaignAction, boolean> = {
    edit: state === 'draft' || state === 'rejected' || state === 'approved',
    discard: state === 'draft' || state === 'rejected' || state === 'approved',
    submit: (state === 'draft' || state === 'rejected') && standing.approvalNeeded,
    approve: state === 'pending-approval',
    reject: state === 'pending-approval',
    withdraw: state === 'pending-approval',
    launch: state === 'approved' || (state === 'draft' && !standing.approvalNeeded),
    pause: state === 'running',
    // Never past a wave that failed or was not decided: that is what retry, skip and change are for.
    resume: state === 'paused' && !undecided && !standing.changeProposed,
    stop: live || state === 'scheduled',
    'skip-wave': live && wave !== null && !standing.changeProposed,
    'retry-wave': state === 'paused' && undecided && !standing.changeProposed,
    'wait-longer': state === 'paused' && pauseReason === 'inconclusive' && !standing.changeProposed,
    shrink: live && (standing.wavesAhead || wave === 'dispatching'),
    change: live && !standing.changeProposed,
    'approve-change': standing.changeProposed && live,
    'reject-change': standing.changeProposed && live,
    'retry-failed': ended && standing.failed > 0,
    'roll-back': (state === 'paused' || ended) && standing.reversible > 0,
  };
  return CAMPAIGN_ACTIONS.filter((action) => open[action]);
}
