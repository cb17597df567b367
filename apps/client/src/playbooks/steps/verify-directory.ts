import { type PlaybookAction } from '@fleetmend/domain';
import { Interrupted, type StepExecutor, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'verify-directory' }>;

const POLL_MS = 1_000;

/** Waits for Windows to make the folder anew, with a data store in it. */
export const verifyDirectory: StepExecutor<Action> = {
  async execute(step, context) {
    const path = windowsPath(step.path, context);
    const store = `${path}\\DataStore\\DataStore.edb`;
    const deadline = context.begunAt.getTime() + step.timeoutSeconds * 1000;
    const { directories } = context.windows;
    for (let waited = 0; ; waited += POLL_MS) {
      if ((await directories.inspect(store)) === 'file') {
        return { state: 'done', message: `Windows made "${path}" anew, with a data store.` };
      }
      if (waited >= step.timeoutSeconds * 1000) break;
      if (context.clock.now().getTime() >= deadline) break;
      await context.clock.sleep(POLL_MS, context.ending);
      if (context.ending.aborted) throw new Interrupted();
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
