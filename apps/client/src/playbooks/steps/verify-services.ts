import { type PlaybookAction } from '@fleetmend/domain';
import { ran, startService } from '../service-control';
import { type StepContext, type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-services' }>;

const START_TIMEOUT_MS = 30_000;

/** Looks whether the services stand as before the run. A service that Windows starts on demand may rest again. */
export const verifyServices: StepExecutor<Action> = {
  async execute(_, context) {
    const faults: string[] = [];
    const resting: string[] = [];
    for (const before of context.facts.savedServices()) {
      const now = await context.windows.services.query(before.name);
      if (!now) faults.push(`"${before.name}" is gone.`);
      else if (now.startType !== before.startType) {
        faults.push(
          `The start type of "${before.name}" was ${before.startType} and is ${now.startType}.`,
        );
      } else if (ran(before) && !ran(now)) {
        if (before.startType === 'manual') resting.push(before.name);
        else if (!(await startAgain(before.name, context)))
          faults.push(`"${before.name}" does not run.`);
      }
    }
    if (faults.length > 0) {
      const message = faults.join(' ');
      return {
        state: 'failed',
        message,
        verdict: { verdict: 'inconsistent', level: 'L0', message },
      };
    }
    const rest = resting.length > 0 ? ` Started, and resting again: ${resting.join(', ')}.` : '';
    return { state: 'done', message: `All services stand as before.${rest}` };
  },
  describe: () => Promise.resolve('Would check that the services stand as before.'),
};

async function startAgain(name: string, context: StepContext): Promise<boolean> {
  try {
    await startService(name, START_TIMEOUT_MS, context);
    return true;
  } catch (error) {
    context.log.warn('A service that should run could not be started.', { name, error });
    return false;
  }
}
