import { type PlaybookAction } from '@fleetmend/domain';
import { Patience } from '../patience';
import { type StepExecutor, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-directory' }>;

const POLL_MS = 1_000;

/** Waits for Windows to make the folder anew, with a data store in it. */
export const verifyDirectory: StepExecutor<Action> = {
  async execute(step, context) {
    const path = windowsPath(step.path, context);
    const store = `${path}\\DataStore\\DataStore.edb`;
    const { directories } = context.windows;
    const patience = Patience.ofStep(step.timeoutSeconds * 1000, context);
    for (;;) {
      if ((await directories.inspect(store)) === 'file') {
        return { state: 'done', message: `Windows made "${path}" anew, with a data store.` };
      }
      if (patience.isOver) break;
      await patience.waitInterruptibly(POLL_MS, context);
    }
    const found = await directories.inspect(path);
    return {
      state: 'failed',
      message:
        found === 'missing'
          ? `Windows did not make "${path}" anew within ${step.timeoutSeconds} seconds. It does so with the next scan.`
          : `Windows made "${path}" anew, but no data store within ${step.timeoutSeconds} seconds.`,
    };
  },
  describe: (step, context) =>
    Promise.resolve(`Would wait until Windows has made "${windowsPath(step.path, context)}" anew.`),
};
