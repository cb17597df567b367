import { type PlaybookAction } from '@fleetmend/domain';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action = Extract<PlaybookAction, { action: 'check-pending-restart' }>;

/** An update that waits for the restart would be lost by a reset. */
export const checkPendingRestart: StepExecutor<Action> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check({ windows, definition }: StepContext): Promise<StepOutcome> {
  const { pending, reasons } = await windows.machine.pendingRestart();
  if (!pending) return { state: 'done', message: 'No restart is pending.' };
  const because = reasons.join('; ') || 'Windows does not say why';
  if (definition.parameters['ignorePendingRestart'] === true) {
    return {
      state: 'done',
      message: `A restart is pending (${because}), which the order says to ignore.`,
      details: { ignored: true },
    };
  }
  return {
    state: 'refused',
    message: `A restart is pending (${because}). Restart the machine first: an update that waits for it could be lost.`,
  };
}
