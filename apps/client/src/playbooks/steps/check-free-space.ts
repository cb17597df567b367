import { type PlaybookAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, type StepOutcome, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'check-free-space' }>;

const GIB = 1024 ** 3;

/** The renamed folder keeps its room, and Windows downloads again beside it. */
export const checkFreeSpace: StepExecutor<Action> = {
  execute: (step, context) => check(step, context),
  describe: async (step, context) => (await check(step, context)).message,
};

async function check(step: Action, context: StepContext): Promise<StepOutcome> {
  const freeBytes = await context.windows.directories.freeBytes(windowsPath(step.path, context));
  const details = { freeBytes, minimumBytes: step.minimumBytes };
  const message = `${gibibytes(freeBytes)} are free, ${gibibytes(step.minimumBytes)} are needed.`;
  return { state: freeBytes < step.minimumBytes ? 'refused' : 'done', message, details };
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
