import { reasonOf } from '../log';
import { WindowsError } from '../windows/windows';
import { shiftBack, standingShift } from './clock-shifts';
import { putRegistryBack, standingRegistryChanges } from './registry-changes';
import { standingRenames, stopServicesAgain, takeBack } from './renames';
import { putStartTypesBack, standingStartTypeChanges } from './start-type-changes';
import { standingStarts, stopStarted } from './started-services';
import { type RunStep, type StepContext, type StepOutcome } from './step';
import { restoreServices } from './steps/restore-services';

const RESTORE_TIMEOUT_MS = 180_000;

/** Takes back what a step did. `skipped`: there was nothing to take back. Never throws, except when it crashes. */
export async function undoStep(step: RunStep, context: StepContext): Promise<StepOutcome> {
  switch (step.undo) {
    case undefined:
      return { state: 'skipped', message: 'There is nothing to take back.' };
    case 'restore-services':
      return restoreServices(RESTORE_TIMEOUT_MS, context);
    case 'rename-back':
      return renameBack(context);
    case 'restore-registry':
      return putRegistryBack(
        await standingRegistryChanges(context.facts.registryChanges(context.stepId), context),
        context,
      );
    case 'restore-start-types':
      return putStartTypesBack(
        await standingStartTypeChanges(context.facts.startTypeChanges(context.stepId), context),
        context,
      );
    case 'shift-clock-back':
      return shiftBack(await standingShift(context.facts, context), context);
    case 'stop-started': {
      const names = context.facts.startedServices(context.stepId).map(({ name }) => name);
      const standing = await standingStarts(names, context.facts, context);
      return stopStarted(standing, RESTORE_TIMEOUT_MS, context);
    }
  }
}

async function renameBack(context: StepContext): Promise<StepOutcome> {
  const renames = await standingRenames(context);
  const [planned] = context.facts.renamesAtRestart(context.stepId);
  try {
    if (renames.length > 0) {
      await stopServicesAgain(context);
      await takeBack(renames, context);
    }
  } catch (error) {
    return {
      state: 'failed',
      message: `The folder could not be put back: ${reasonOf(error)}`,
      errorCode: error instanceof WindowsError ? error.code : undefined,
    };
  }
  if (planned) {
    return {
      state: 'failed',
      message: `Windows was told to rename "${planned.from}" at its next restart, which can't be taken back.`,
    };
  }
  return renames.length === 0
    ? { state: 'skipped', message: 'No folder was renamed.' }
    : {
        state: 'done',
        message: `Back in place: ${renames.map(({ from }) => `"${from}"`).join(', ')}.`,
      };
}
