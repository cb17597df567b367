import { type PlaybookAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { WindowsError } from '../../windows/windows';
import { type StepExecutor } from '../step';

type Action = Extract<PlaybookAction, { action: 'trigger-scan' }>;

/** Has Windows look for updates. Where it can't be asked, it scans by itself sooner or later. */
export const triggerScan: StepExecutor<Action> = {
  async execute(_, { windows }) {
    try {
      const way = await windows.updateAgent.triggerScan();
      return { state: 'done', message: `A scan was asked for, through ${way}.` };
    } catch (error) {
      // The reset stands, whether Windows scans now or later.
      return {
        state: 'skipped',
        message: `Windows can't be asked to scan; it does so by itself. ${reasonOf(error)}`,
        errorCode: error instanceof WindowsError ? error.code : undefined,
      };
    }
  },
  describe: () => Promise.resolve('Would have Windows look for updates.'),
};
