import { type PlaybookAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, type StepOutcome, windowsPath } from '../step';

type Action = Extract<PlaybookAction, { action: 'check-plain-directory' }>;

/** A folder that somebody moved to another disk and linked is not renamed. */
export const checkPlainDirectory: StepExecutor<Action> = {
  execute: (step, context) => check(step, context),
  describe: async (step, context) => (await check(step, context)).message,
};

async function check(step: Action, context: StepContext): Promise<StepOutcome> {
  const path = windowsPath(step.path, context);
  switch (await context.windows.directories.inspect(path)) {
    case 'directory':
      return { state: 'done', message: `"${path}" is an ordinary folder.` };
    case 'missing':
      return { state: 'refused', message: `"${path}" does not exist: there is nothing to reset.` };
    case 'reparse-point':
      return {
        state: 'refused',
        message: `"${path}" is a link to another place. Somebody moved the folder on purpose; it is not touched.`,
      };
    case 'file':
      return { state: 'refused', message: `"${path}" is a file.` };
  }
}
