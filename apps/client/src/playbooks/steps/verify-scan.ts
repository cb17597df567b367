import { type PlaybookAction, type UpdateKind } from '@fleetmend/domain';
import { type PastObservation } from '../../detection/detection-store';
import { type RunVerdict } from '../journal-entry';
import { type RunDefinition } from '../run-definition';
import { Patience } from '../patience';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-scan' }>;
type Target = NonNullable<RunDefinition['failure']>;

const POLL_MS = 2_000;
/** Kinds whose failures say nothing about the health of Windows Update. */
const UNTOLD: readonly UpdateKind[] = ['store-app', 'defender-definitions'];

/** Waits for what proves something: the update installs, an error comes back, or at least a scan ends. */
export const verifyScan: StepExecutor<Action> = {
  async execute(step, context) {
    if (step.onlyWithFailure === true && !context.definition.failure) {
      return { state: 'skipped', message: 'The run is to mend no failure, so none is looked for.' };
    }
    const since = actedAt(context);
    const patience = Patience.ofStep(step.timeoutSeconds * 1000, context);
    for (;;) {
      await context.observations.poll();
      const seen = context.observations.observedSince(since);
      const final = patience.isOver;
      const verdict = decide(seen, context.definition.failure, final);
      if (verdict) return outcomeOf(verdict);
      if (final) return undecided(step.timeoutSeconds);
      await patience.waitInterruptibly(POLL_MS, context);
    }
  },
  describe: (step) =>
    Promise.resolve(
      `Would watch for ${Math.round(step.timeoutSeconds / 60)} minutes whether a scan ends and the update installs.`,
    ),
};

/** Records count from the moment at which the services were allowed to run again, or else a scan was asked for. */
function actedAt({ facts, begunAt }: StepContext): Date {
  return facts.begunAt('restore-services') ?? facts.begunAt('trigger-scan') ?? begunAt;
}

/**
 * What the records prove for good; undefined while more is to be waited for. `final`: the time is over, so that also
 * counts what might have passed. Exported for its own table of cases.
 */
export function decide(
  seen: readonly PastObservation[],
  target: Target | undefined,
  final = false,
): RunVerdict | undefined {
  const proof = seen.findLast((one) => proves(one, target));
  if (proof && (final || !isPassing(proof, target))) return verdictOf(proof, target);
  if (!seen.some(isScanSuccess)) return undefined;
  return final || target === undefined ? SCAN_OK : undefined;
}

/** Whether a record decides the run: success or failure of the very update, or how scans end. */
function proves(one: PastObservation, target: Target | undefined): boolean {
  if (UNTOLD.includes(one.kind)) return false;
  if (one.phase === 'scan') return one.outcome === 'failure' || target?.phase === 'scan';
  if (target === undefined) return one.outcome === 'failure';
  return isSameUpdate(one, target) && (one.outcome === 'failure' || one.phase === 'install');
}

/** A scan that fails with another error than before may work a minute later. */
function isPassing(one: PastObservation, target: Target | undefined): boolean {
  return one.outcome === 'failure' && one.phase === 'scan' && one.code !== target?.code;
}

function verdictOf(proof: PastObservation, target: Target | undefined): RunVerdict {
  if (proof.outcome === 'success') {
    return proof.phase === 'scan'
      ? { verdict: 'fixed', level: 'L1', message: 'The scan that failed before ended well.' }
      : { verdict: 'fixed', level: 'L2', message: 'The update was installed.' };
  }
  const { code, phase } = proof;
  return code === target?.code
    ? {
        verdict: 'same-error',
        level: 'L0',
        code,
        message: `The same error came back: ${code} (${phase}).`,
      }
    : {
        verdict: 'new-error',
        level: 'L0',
        code,
        message: `Another error appeared: ${code} (${phase}).`,
      };
}

function isSameUpdate(one: PastObservation, target: Target): boolean {
  if (target.updateId !== undefined && one.updateId === target.updateId) return true;
  // A KB that is offered anew has a new id.
  if (target.kb !== undefined) return one.kb === target.kb;
  // The failure named no update: only the same failure again says something.
  return target.updateId === undefined && one.code === target.code && one.phase === target.phase;
}

function isScanSuccess(one: PastObservation): boolean {
  return one.outcome === 'success' && one.phase === 'scan';
}

const SCAN_OK: RunVerdict = {
  verdict: 'scan-ok-not-installed',
  level: 'L1',
  message: 'A scan ended well after the run. The update was not seen to install yet.',
};

function undecided(seconds: number): StepOutcome {
  const message = `No scan was seen to end within ${Math.round(seconds / 60)} minutes, so nothing is proven.`;
  return { state: 'skipped', message, verdict: { verdict: 'unverified', level: 'L0', message } };
}

function outcomeOf(verdict: RunVerdict): StepOutcome {
  const bad = verdict.verdict === 'same-error' || verdict.verdict === 'new-error';
  return { state: bad ? 'failed' : 'done', message: verdict.message, verdict };
}
