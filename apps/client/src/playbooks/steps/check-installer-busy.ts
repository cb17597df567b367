import { type PlaybookAction } from '@fleetmend/domain';
import { Unavailable } from '../../windows/windows';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<PlaybookAction, { action: 'check-installer-busy' }>;

/** Nobody pulls the folder away from under an installation. */
export const checkInstallerBusy: StepExecutor<Action> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows }: StepContext): Promise<StepOutcome> {
  try {
    if (!(await windows.updateAgent.installerBusy())) {
      return { state: 'done', message: 'Nothing is being installed.' };
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return {
      state: 'skipped',
      message: `Whether something is being installed can't be told: ${error.message}`,
    };
  }
  return { state: 'refused', message: 'Windows is installing something right now.' };
}
