import { type PlaybookAction } from '@fleetmend/domain';
import { ran, runningDependents, stopServices } from '../service-control';
import { type StepContext, type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'stop-services' }>;

/** Services that wake each other are stopped again this often; the rename stops them again anyway. */
const ROUNDS = 4;

/** Stops services in order, those that need them first, and waits until they are stopped. */
export const stopServicesStep: StepExecutor<Action> = {
  async execute(step, context) {
    const stopped = new Set<string>();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const now = await stopServices(step.services, step.timeoutSeconds * 1000, context);
      for (const name of now) stopped.add(name);
      if (now.length === 0) break;
    }
    return {
      state: 'done',
      message: stopped.size === 0 ? 'None of them ran.' : `Stopped: ${[...stopped].join(', ')}.`,
      details: { stopped: [...stopped].join(', ') },
    };
  },
  async describe(step, context) {
    const running = await runningAmong(step, context);
    return running.length === 0
      ? 'None of the services runs: would stop nothing.'
      : `Would stop, in this order: ${running.join(', ')}.`;
  },
};

async function runningAmong(step: Action, context: StepContext): Promise<string[]> {
  const running: string[] = [...(await runningDependents(step.services, context))];
  for (const name of step.services) {
    const status = await context.windows.services.query(name);
    if (status && ran(status)) running.push(name);
  }
  return running;
}
