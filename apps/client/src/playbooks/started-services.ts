import { type Windows } from '../windows/windows';
import { type RunFacts } from './run-facts';
import { ran, stopServices } from './service-control';
import { type StepContext, type StepOutcome } from './step';

type Reading = { readonly windows: Pick<Windows, 'services'> };

/** The services that run because a run started them: they were stopped before, and run now. */
export async function standingStarts(
  names: readonly string[],
  facts: RunFacts,
  { windows }: Reading,
): Promise<readonly string[]> {
  const standing: string[] = [];
  for (const name of names) {
    const before = facts
      .savedServices()
      .find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (before && ran(before)) continue;
    const now = await windows.services.query(name);
    if (now && ran(now)) standing.push(name);
  }
  return standing;
}

/** Stops services that a run started, the last first; one that others have come to need goes on. */
export async function stopStarted(
  standing: readonly string[],
  timeoutMs: number,
  context: StepContext,
): Promise<StepOutcome> {
  const stopped: string[] = [];
  const needed: string[] = [];
  for (const name of standing.toReversed()) {
    const isStopped = await stopUnlessNeeded(name, timeoutMs, context);
    (isStopped ? stopped : needed).push(name);
  }
  const words = [
    ...(stopped.length > 0 ? [`Stopped again: ${stopped.join(', ')}.`] : []),
    ...(needed.length > 0 ? [`Other services need these by now: ${needed.join(', ')}.`] : []),
  ];
  return words.length === 0
    ? { state: 'skipped', message: 'No service is left running that the run has started.' }
    : { state: 'done', message: words.join(' ') };
}

/** False when the service goes on, because another one needs it. Throws `ServiceStuck`. */
export async function stopUnlessNeeded(
  name: string,
  timeoutMs: number,
  context: StepContext,
): Promise<boolean> {
  if ((await context.windows.services.runningDependents(name)).length > 0) return false;
  await stopServices([name], timeoutMs, context);
  return true;
}
