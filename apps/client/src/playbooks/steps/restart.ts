import { type MachineAction } from '@fleetmend/domain';
import { reasonOf } from '../../log';
import { Unavailable } from '../../windows/windows';
import { isInWindow } from '../maintenance-window';
import { Patience } from '../patience';
import { restartMessage } from '../restart-words';
import { bootMoment, hasRestartedSince } from '../restarts';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';

type Action<Name> = Extract<MachineAction, { action: Name }>;

const POLL_MS = 2_000;
const MINUTE_MS = 60_000;

/** With `onlyIfPending` a machine that waits for nothing is left alone. */
export const checkRestartNeeded: StepExecutor<Action<'check-restart-needed'>> = {
  execute: (_, context) => checkNeeded(context),
  describe: async (_, context) => (await checkNeeded(context)).message,
};

async function checkNeeded({ windows, definition }: StepContext): Promise<StepOutcome> {
  const { pending, reasons } = await windows.machine.pendingRestart();
  const message = pending
    ? `Windows waits for a restart (${reasons.join('; ') || 'it does not say why'}).`
    : 'Windows waits for no restart.';
  const isRefused = !pending && definition.parameters['onlyIfPending'] === true;
  return {
    state: isRefused ? 'refused' : 'done',
    message,
    details: { pending, reasons: reasons.join('; ') },
  };
}

export const noteBoot: StepExecutor<Action<'note-boot'>> = {
  async execute(_, context) {
    return {
      state: 'done',
      message: `Windows is up for ${uptimeWords(context)}.`,
      note: { boot: await bootMoment(context) },
    };
  },
  describe: (_, context) => Promise.resolve(`Windows is up for ${uptimeWords(context)}.`),
};

/** Whether Windows was restarted since the run noted its start; also by somebody else, which will do as well. */
export async function hasRestarted(context: StepContext): Promise<boolean> {
  const noted = context.facts.boot();
  return noted !== undefined && hasRestartedSince(noted.boot, noted.at, context);
}

/** Asks for the restart; never a second time, since it is looked first whether it has been. */
export const restart: StepExecutor<Action<'restart'>> = {
  async execute({ graceSeconds }, context) {
    if (await hasRestarted(context)) {
      return { state: 'skipped', message: 'Windows has restarted already.' };
    }
    if (await isInstalling(context)) {
      return { state: 'failed', message: 'Windows is installing something right now.' };
    }
    await context.windows.power.requestRestart({ message: restartMessage(), graceSeconds });
    return { state: 'done', message: `Windows was told to restart in ${graceSeconds} seconds.` };
  },
  describe: ({ graceSeconds }) =>
    Promise.resolve(`Would have Windows restart, ${graceSeconds} seconds after telling so.`),
};

/** Whether an installation is under way; where Windows can't say, it is not waited for. */
export async function isInstalling({ windows }: StepContext): Promise<boolean> {
  try {
    return await windows.updateAgent.installerBusy();
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

/** The machine goes down in this step, and the client with it; its next life finds that it has restarted. */
export const awaitRestart: StepExecutor<Action<'await-restart'>> = {
  async execute({ timeoutSeconds }, context) {
    const patience = Patience.ofStep(timeoutSeconds * 1000, context);
    while (!(await hasRestarted(context))) {
      if (patience.isOver) return notRestarted(timeoutSeconds, context);
      await patience.waitInterruptibly(POLL_MS, context);
    }
    return { state: 'done', message: 'Windows restarted.' };
  },
  describe: () => Promise.resolve('Would wait until Windows has restarted.'),
};

/** What comes later than it was waited for would come as a surprise: it is called off. */
async function notRestarted(seconds: number, { windows }: StepContext): Promise<StepOutcome> {
  let calledOff: string;
  try {
    calledOff = (await windows.power.cancelRestart())
      ? 'It was still under way and is called off.'
      : 'Somebody has called it off, or a program has refused it.';
  } catch (error) {
    calledOff = `It can not be called off: ${reasonOf(error)}`;
  }
  return {
    state: 'failed',
    message: `Windows did not restart within ${seconds / 60} minutes: something refused the restart. ${calledOff}`,
  };
}

export const verifyRestart: StepExecutor<Action<'verify-restart'>> = {
  async execute(_, context) {
    if (!(await hasRestarted(context))) {
      const message = 'Windows has not restarted.';
      return {
        state: 'failed',
        message,
        verdict: { verdict: 'step-failed', level: 'L0', stepId: context.stepId, message },
      };
    }
    const before = context.facts.result('check-restart-needed')?.details?.['reasons'];
    const { reasons } = await context.windows.machine.pendingRestart();
    const message = [
      `Windows restarted and is up for ${uptimeWords(context)}.`,
      `It waited before for: ${typeof before === 'string' && before !== '' ? before : 'nothing'};`,
      `now for: ${reasons.join('; ') || 'nothing'}.`,
    ].join(' ');
    return {
      state: 'done',
      message,
      details: { reasons: reasons.join('; ') },
      verdict: { verdict: 'done', level: 'L3', message },
    };
  },
  describe: () => Promise.resolve('Would look what Windows waits for after the restart.'),
};

function uptimeWords({ windows }: StepContext): string {
  const minutes = windows.machine.uptimeMilliseconds() / MINUTE_MS;
  return minutes < 120 ? `${minutes.toFixed(1)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

/** Whether the order's maintenance window is open. */
export function isWindowOpen({ definition, clock }: StepContext): boolean {
  const { windowStartHour, windowEndHour } = definition.parameters;
  return isInWindow(clock.now(), Number(windowStartHour ?? -1), Number(windowEndHour ?? -1));
}
