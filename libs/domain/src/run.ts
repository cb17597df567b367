import { type LifeCycle, lifeCycle } from './life-cycle';

/**
 * The life of a run. `leased` means that the machine has fetched the order; everything after that is told by the
 * machine alone. `ended` carries a verdict.
 */
export const RUN_STATES = [
  'queued',
  'leased',
  'preflight',
  'snapshot',
  'acting',
  'rebooting',
  'verifying',
  'soaking',
  'ended',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const runLifeCycle: LifeCycle<RunState> = lifeCycle({
  start: 'queued',
  moves: {
    queued: ['leased', 'ended'],
    leased: ['queued', 'preflight', 'ended'],
    preflight: ['snapshot', 'acting', 'ended'],
    snapshot: ['acting', 'ended'],
    acting: ['rebooting', 'verifying', 'ended'],
    rebooting: ['acting', 'verifying', 'ended'],
    verifying: ['soaking', 'ended'],
    soaking: ['ended'],
    ended: [],
  },
});

/** What a run does: the playbook for real, only a list of what it would do, or taking an earlier run back. */
export const RUN_MODES = ['execute', 'dry-run', 'undo'] as const;
export type RunMode = (typeof RUN_MODES)[number];

/**
 * What became of the failure after a run, on positive evidence only. `unverified`: the steps ran, but no scan was seen
 * within the time of verification, so nothing can be said. `done`: the playbook mends no failure of its own (it restarts
 * the machine, or gives back disk space), and what it is for was seen to be so.
 */
export const VERDICTS = [
  'fixed',
  'superseded',
  'recovered-untreated',
  'scan-ok-not-installed',
  'unverified',
  'done',
  'same-error',
  'new-error',
  'step-failed',
  'rolled-back',
  'inconsistent',
  'lost',
  'expired',
  'cancelled',
  'skipped',
  'dry-run-done',
  'undone',
  'recurred',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * How far the proof goes. L0 steps ran, L1 a scan completed afterwards, L2 the update (or its successor) installed,
 * L3 survived a restart, L4 the fingerprint did not come back within the watch period.
 */
export const VERDICT_LEVELS = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;
export type VerdictLevel = (typeof VERDICT_LEVELS)[number];

/** How a step of a run stands. `undone` = its effect was taken back. */
export const STEP_STATES = ['running', 'done', 'skipped', 'failed', 'undone'] as const;
export type StepState = (typeof STEP_STATES)[number];
