import { type PlaybookAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { WindowsError } from '../../windows/windows';
import { type SavedService } from '../journal-entry';
import { ran, ServiceStuck, startService } from '../service-control';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<PlaybookAction, { action: 'restore-services' }>;

/** Starts exactly the services that ran before, and leaves the others alone. Start types are never changed. */
export const restoreServicesStep: StepExecutor<Action> = {
  execute: (step, context) => restoreServices(step.timeoutSeconds * 1000, context),
  describe(_, { facts }) {
    const names = facts
      .savedServices()
      .filter(ran)
      .map(({ name }) => name);
    return Promise.resolve(
      names.length === 0
        ? 'Would start nothing: none of the services ran.'
        : `Would start: ${names.toReversed().join(', ')}.`,
    );
  },
};

/** Tries all of them, whatever happens with one: the fewer stay stopped, the better. */
export async function restoreServices(
  timeoutMs: number,
  context: Pick<StepContext, 'windows' | 'clock' | 'facts'>,
): Promise<StepOutcome> {
  const started: string[] = [];
  const failed: { name: string; error: unknown }[] = [];
  // Saved in the order of stopping, those that need others first.
  for (const { name } of context.facts.savedServices().filter(ran).toReversed()) {
    try {
      await startService(name, timeoutMs, context);
      started.push(name);
    } catch (error) {
      failed.push({ name, error });
    }
  }
  if (failed.length > 0) return failure(failed);
  const stopped = context.facts.savedServices().filter((service) => !ran(service));
  return {
    state: 'done',
    message: [
      started.length === 0
        ? 'None of the services had run before.'
        : `Running again: ${started.join(', ')}.`,
      ...(stopped.length > 0 ? [`Left alone: ${namesOf(stopped)}.`] : []),
    ].join(' '),
    details: { running: started.join(', ') },
  };
}

function failure(failed: readonly { name: string; error: unknown }[]): StepOutcome {
  return {
    state: 'failed',
    message: failed
      .map(({ name, error }) => `"${name}" could not be started: ${reasonOf(error)}`)
      .join(' '),
    errorCode: failed.map(({ error }) => codeOf(error)).find((code) => code !== undefined),
    details: { failed: failed.map(({ name }) => name).join(', ') },
  };
}

function codeOf(error: unknown): number | undefined {
  if (error instanceof WindowsError) return error.code;
  return error instanceof ServiceStuck ? error.errorCode : undefined;
}

function namesOf(services: readonly SavedService[]): string {
  return services.map(({ name }) => name).join(', ');
}
