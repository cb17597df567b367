import type { PlaybookDescription } from '@fleetmend/dashboard-api';
import { findPlaybook, isScriptable, KNOWN_PLAYBOOKS, type Playbook } from '@fleetmend/domain';

/** A playbook as the dashboard shows it: what each step does, not what the client needs to do it. */
export function describePlaybook(playbook: Playbook): PlaybookDescription {
  const { name, version, title, description } = playbook;
  return {
    ...{ name, version, title, description },
    sideEffects: [...playbook.sideEffects],
    scriptable: isScriptable(playbook),
    parameters: parametersOf(playbook),
    olderVersions: KNOWN_PLAYBOOKS.filter((known) => known.name === name && known.version < version)
      .map((known) => known.version)
      .sort((a, b) => b - a)
      .flatMap((older) => {
        const known = findPlaybook(name, older);
        return known ? { version: older, parameters: parametersOf(known) } : [];
      }),
    steps: playbook.steps.map((step) => ({
      id: step.id,
      section: step.section,
      title: step.title,
      ...(step.undo === undefined ? {} : { undo: step.undo }),
    })),
  };
}

function parametersOf(playbook: Playbook): PlaybookDescription['parameters'] {
  return playbook.parameters.map((parameter) => ({
    name: parameter.name,
    type: parameter.type,
    default: parameter.default,
    description: parameter.description,
    ...(parameter.minimum === undefined ? {} : { minimum: parameter.minimum }),
    ...(parameter.maximum === undefined ? {} : { maximum: parameter.maximum }),
  }));
}
