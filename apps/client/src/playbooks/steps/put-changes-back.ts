import { shiftBack, standingShift } from '../clock-shifts';
import { putRegistryBack, standingRegistryChanges } from '../registry-changes';
import { ran } from '../service-control';
import { stopStarted } from '../started-services';
import { putStartTypesBack, standingStartTypeChanges } from '../start-type-changes';
import {
  type PutRegistryBackAction,
  type PutStartTypesBackAction,
  type ShiftClockBackAction,
  type StepExecutor,
  type StepOutcome,
  type StopStartedAction,
} from '../step';

const STOP_TIMEOUT_MS = 120_000;

/** Puts back the registry values that an earlier run has set, where nobody else has set them since. */
export const putRegistryBackStep: StepExecutor<PutRegistryBackAction> = {
  execute: async ({ changes }, context) =>
    asDone(await putRegistryBack(await standingRegistryChanges(changes, context), context)),
  describe: ({ changes }) =>
    Promise.resolve(
      changes.map(({ key, value }) => `Would put back "${key}\\${value}".`).join(' '),
    ),
};

/** Puts back the start types that an earlier run has set, where nobody else has set them since. */
export const putStartTypesBackStep: StepExecutor<PutStartTypesBackAction> = {
  execute: async ({ changes }, context) =>
    asDone(await putStartTypesBack(await standingStartTypeChanges(changes, context), context)),
  describe: ({ changes }) =>
    Promise.resolve(
      changes.map(({ name, before }) => `Would make "${name}" ${before} again.`).join(' '),
    ),
};

/** Stops what an earlier run has started and left running. */
export const stopStartedStep: StepExecutor<StopStartedAction> = {
  async execute({ services }, context) {
    // Only such are named that were stopped before that run.
    const standing: string[] = [];
    for (const name of services) {
      const status = await context.windows.services.query(name);
      if (status && ran(status)) standing.push(name);
    }
    return asDone(await stopStarted(standing, STOP_TIMEOUT_MS, context));
  },
  describe: ({ services }) =>
    Promise.resolve(
      services.length === 0
        ? 'The run has started nothing that goes on.'
        : `Would stop ${services.join(', ')}.`,
    ),
};

/** Sets the clock back by as much as an earlier run has set it, where that still stands. */
export const shiftClockBackStep: StepExecutor<ShiftClockBackAction> = {
  // What this run has shifted itself, before it was cut off, stands no more.
  execute: async ({ undone }, context) =>
    asDone(await shiftBack(await standingShift(undone, context), context)),
  async describe({ undone }, context) {
    const shift = await standingShift(undone, context);
    return shift
      ? `Would set the clock back by ${(shift.shiftMs / 1000).toFixed(1)} seconds.`
      : 'The run has not set the clock, or it is not as the run has set it.';
  },
};

function asDone(outcome: StepOutcome): StepOutcome {
  return { ...outcome, state: 'done' };
}
