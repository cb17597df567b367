import { type RunVerdict } from './journal-entry';
import { type RunSession } from './run-session';
import { type RunStep } from './step';
import { undoStep } from './undo-step';

/** In reverse, every step that was begun. Goes on to the end whatever fails: services first of all must run. */
export async function takeRunBack(
  session: RunSession,
  steps: readonly RunStep[],
  because: RunVerdict,
): Promise<RunVerdict> {
  for (const step of steps.toReversed()) {
    if (step.undo === undefined || !session.facts.begunAt(step.id)) continue;
    if (session.facts.undoResult(step.id)) continue;
    await session.write({ kind: 'undo-intent', stepId: step.id }, step);
    const outcome = await session.attempt(() => undoStep(step, session.context(step)));
    const state = outcome.state === 'done' ? 'undone' : outcome.state;
    await session.write(
      {
        kind: 'undo-result',
        stepId: step.id,
        state: state === 'refused' ? 'failed' : state,
        message: outcome.message,
        errorCode: outcome.errorCode,
        details: outcome.details,
      },
      step,
    );
  }
  return verdictAfterUndo(session, steps, because);
}

function verdictAfterUndo(
  { facts }: RunSession,
  steps: readonly RunStep[],
  because: RunVerdict,
): RunVerdict {
  const results = steps.flatMap((step) => {
    const result = facts.undoResult(step.id);
    return result ? [result] : [];
  });
  const failed = results.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    const message = [because.message, ...failed.map((result) => result.message)].join(' ');
    return { ...because, verdict: 'inconsistent', level: 'L0', message };
  }
  const undone = results.some(
    ({ stepId, state }) => state === 'undone' && changed({ facts }, steps, stepId),
  );
  return undone
    ? {
        ...because,
        verdict: 'rolled-back',
        level: 'L0',
        message: `${because.message} Everything was taken back.`,
      }
    : { ...because, verdict: 'step-failed' };
}

/** Starting services that were never stopped is no undo. */
function changed(
  { facts }: Pick<RunSession, 'facts'>,
  steps: readonly RunStep[],
  stepId: string,
): boolean {
  const step = steps.find(({ id }) => id === stepId);
  if (step?.undo !== 'restore-services') return true;
  const result = facts.result(stepId);
  return result?.state === 'done' && result.details?.['stopped'] !== '';
}
