import { putRegistryBack, standingRegistryChanges } from '../registry-changes';
import { putStartTypesBack, standingStartTypeChanges } from '../start-type-changes';
import {
  type PutRegistryBackAction,
  type PutStartTypesBackAction,
  type StepExecutor,
  type StepOutcome,
} from '../step';

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

function asDone(outcome: StepOutcome): StepOutcome {
  return { ...outcome, state: 'done' };
}
