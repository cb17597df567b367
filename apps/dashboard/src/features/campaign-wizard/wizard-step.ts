/** The pages of the wizard, in order. */
export const WIZARD_STEPS = ['targets', 'playbook', 'rollout', 'review'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

export const STEP_NAMES: Readonly<Record<WizardStep, string>> = {
  targets: 'Targets',
  playbook: 'Playbook',
  rollout: 'Rollout',
  review: 'Review',
};

const STEP_OF: Readonly<Record<string, WizardStep>> = {
  targets: 'targets',
  fingerprintId: 'targets',
  playbook: 'playbook',
  playbookVersion: 'playbook',
  parameters: 'playbook',
  mode: 'playbook',
  overrideReason: 'playbook',
  rollout: 'rollout',
  gate: 'rollout',
  budget: 'rollout',
  execution: 'rollout',
};

/** On which page the field of a plan is: `rollout.waves.0` is on "Rollout". */
export function stepOf(path: string): WizardStep {
  return STEP_OF[path.split('.')[0] ?? ''] ?? 'review';
}
