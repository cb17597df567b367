import { type PlaybookAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'measure-directory' }>;

/** How much lies in the folder: the ledger of renamed folders wants to know. */
export const measureDirectory: StepExecutor<Action> = {
  async execute(step, context) {
    const { bytes, files, message } = await measure(step, context);
    return { state: 'done', message, details: { bytes, files } };
  },
  describe: async (step, context) => (await measure(step, context)).message,
};

async function measure(step: Action, context: StepContext) {
  const { bytes, files } = await context.windows.directories.measure(
    windowsPath(step.path, context),
  );
  return { bytes, files, message: `${files} files, ${(bytes / 1024 ** 2).toFixed(1)} MiB.` };
}
