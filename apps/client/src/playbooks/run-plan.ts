import { findPlaybook, type PlaybookStep, stepsFor } from '@fleetmend/domain';
import { type Rename } from './journal-entry';
import { type RunDefinition } from './run-definition';
import { type RunStep } from './step';

/** The steps of a run, in order. Undefined when this client doesn't have the playbook in that version. */
export function planOf(
  definition: RunDefinition,
  undone: readonly Rename[],
): readonly RunStep[] | undefined {
  const playbook = findPlaybook(definition.playbook, definition.playbookVersion);
  if (!playbook) return undefined;
  const steps = stepsFor(playbook, definition.parameters);
  return definition.mode === 'undo' ? undoPlan(steps, undone) : steps;
}

/** Preflight, services and their restoration as in the playbook; in the middle the folder is put back. */
function undoPlan(steps: readonly PlaybookStep[], renames: readonly Rename[]): readonly RunStep[] {
  const kept = ['check-installer-busy', 'save-service-states', 'stop-services', 'restore-services'];
  return steps.flatMap((step): RunStep[] => {
    if (kept.includes(step.action)) return [{ ...step, takesBack: true }];
    if (step.action !== 'rename-directory') return [];
    return [
      {
        id: step.id,
        section: 'acting',
        action: 'put-back',
        renames: renames.filter(({ kind }) => kind === 'away'),
        title: 'Put the folder back',
        undo: 'rename-back',
        takesBack: true,
      },
    ];
  });
}
