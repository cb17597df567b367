import { type PlaybookAction } from '@fleetmend/domain';
import { type SavedService } from '../journal-entry';
import { runningDependents, savedService } from '../service-control';
import { type StepContext, type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'save-service-states' }>;

/** Notes state and start type of every service that will be stopped, those that need them included. */
export const saveServiceStates: StepExecutor<Action> = {
  async execute(step, context) {
    const services = await read(step, context);
    return {
      state: 'done',
      message: `${describe(services)}.`,
      details: Object.fromEntries(
        services.map((one) => [one.name, `${one.state}, ${one.startType}`]),
      ),
      note: { services },
    };
  },
  describe: async (step, context) => `Would note: ${describe(await read(step, context))}.`,
};

async function read(step: Action, context: StepContext): Promise<SavedService[]> {
  const names = [...(await runningDependents(step.services, context)), ...step.services];
  const services: SavedService[] = [];
  for (const name of names) {
    const status = await context.windows.services.query(name);
    if (status) services.push(savedService(status));
  }
  return services;
}

function describe(services: readonly SavedService[]): string {
  if (services.length === 0) return 'none of these services exists here';
  return services.map(({ name, state }) => `${name} is ${state}`).join(', ');
}
