import type { PlaybookDescription } from '@fleetmend/dashboard-api';
import { isScriptable, type Playbook } from '@fleetmend/domain';

/** A playbook as the dashboard shows it: what each step does, not what the client needs to do it. */
export function describePlaybook(playbook: Playbook): PlaybookDescription {
  const { name, version, title, description } = playbook;
  return {
    ...{ name, version, title, description },
    sideEffects: [...playbook.sideEffects],
    scriptable: isScriptable(playbook),
    parameters: playbook.parameters.map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      default: parameter.default,
      description: parameter.description,
      ...(parameter.minimum === undefined ? {} : { minimum: parameter.minimum }),
      ...(parameter.maximum === undefined ? {} : { maximum: parameter.maximum }),
    })),
    steps: playbook.steps.map((step) => ({
      id: step.id,
      section: step.section,
      title: step.title,
      ...(step.undo === undefined ? {} : { undo: step.undo }),
    })),
  };
}
