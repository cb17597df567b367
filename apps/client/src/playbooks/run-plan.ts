import { findPlaybook, type PlaybookStep, stepsFor, type UndoKind } from '@fleetmend/domain';
import { faultsOf, type RunDefinition } from './run-definition';
import { type RunFacts } from './run-facts';
import { type RunStep, type StepAction } from './step';

/**
 * The steps of a run, in order. `undone`: the run that is taken back, if one is. Undefined when this client doesn't
 * have the playbook in that version, or the parameters are none of its.
 */
export function planOf(
  definition: RunDefinition,
  undone: RunFacts | undefined,
): readonly RunStep[] | undefined {
  const playbook = findPlaybook(definition.playbook, definition.playbookVersion);
  // The journal is read again after every start: what stands in it is trusted no more than an order.
  if (!playbook || faultsOf(definition).length > 0) return undefined;
  const steps = stepsFor(playbook, definition.parameters);
  if (definition.mode !== 'undo') return steps;
  // What that run did is in its journal; whoever takes it back at the machine names no parameters.
  const done = playbook.steps.filter(
    (step) => steps.some(({ id }) => id === step.id) || undone?.begunAt(step.id) !== undefined,
  );
  return undoPlan(done, undone);
}

/** Checks and services as in the playbook; in the middle, in reverse, what its steps have changed is put back. */
function undoPlan(
  steps: readonly PlaybookStep[],
  undone: RunFacts | undefined,
): readonly RunStep[] {
  const back = steps.flatMap((step) => (undone ? putBackStep(step, undone) : [])).toReversed();
  const kept = ['check-installer-busy', 'save-service-states', 'stop-services'];
  return [
    ...steps.filter(({ action }) => kept.includes(action)),
    ...back,
    ...steps.filter(({ action }) => action === 'restore-services'),
  ].map((step) => ({ ...step, takesBack: true }));
}

function putBackStep({ id, undo }: PlaybookStep, undone: RunFacts): RunStep[] {
  if (undo === undefined || undo === 'restore-services') return [];
  const { action, title, ...more } = PUT_BACK[undo](id, undone);
  return [{ ...action, id, section: 'acting', title, undo, ...more }];
}

const PUT_BACK: Readonly<
  Record<
    Exclude<UndoKind, 'restore-services'>,
    (
      stepId: string,
      undone: RunFacts,
    ) => {
      readonly action: StepAction;
      readonly title: string;
      /** Where it is not the same once more. */
      readonly undo?: UndoKind;
    }
  >
> = {
  'rename-back': (stepId, undone) => ({
    title: 'Put the folder back',
    action: {
      action: 'put-back',
      renames: undone.renames(stepId).filter(({ kind }) => kind === 'away'),
    },
  }),
  'restore-registry': (stepId, undone) => ({
    title: 'Put the registry values back',
    action: { action: 'put-registry-back', changes: undone.registryChanges(stepId) },
  }),
  'restore-start-types': (stepId, undone) => ({
    title: 'Put the start types back',
    action: { action: 'put-start-types-back', changes: undone.startTypeChanges(stepId) },
  }),
  'stop-started': (stepId, undone) => ({
    title: 'Stop the services that the run had started',
    action: { action: 'stop-started', services: keptServices(undone, stepId) },
    undo: 'restore-services',
  }),
  'shift-clock-back': (_, undone) => ({
    title: 'Set the clock back',
    action: { action: 'shift-clock-back', undone },
  }),
};

function keptServices(facts: RunFacts, stepId: string): readonly string[] {
  return facts.startedServices(stepId).flatMap(({ name, keep }) => (keep ? [name] : []));
}

/**
 * What is known of a run whose playbook this client doesn't have, since it was updated in the middle or went back to
 * an earlier version: nothing to go on with, but enough to take back what was done.
 */
export function strandedSteps(facts: RunFacts): readonly RunStep[] {
  const noted = facts.notingSteps();
  const first = noted.find((id) => facts.savedServices(id).length > 0);
  const step = (id: string, undo: UndoKind): RunStep => ({
    ...{ id, undo, section: 'acting', title: id },
    ...{ action: 'restore-services', timeoutSeconds: 0 },
  });
  // Taken back in reverse: services are started again when all else is as before.
  return [
    ...(first === undefined ? [] : [step(first, 'restore-services')]),
    ...noted.flatMap((id) => [
      ...(facts.renames(id).length > 0 ? [step(id, 'rename-back')] : []),
      ...(facts.registryChanges(id).length > 0 ? [step(id, 'restore-registry')] : []),
      ...(facts.startTypeChanges(id).length > 0 ? [step(id, 'restore-start-types')] : []),
      ...(facts.startedServices(id).length > 0 ? [step(id, 'stop-started')] : []),
      ...(facts.clockShifts(id).length > 0 ? [step(id, 'shift-clock-back')] : []),
    ]),
  ];
}
