import type { Playbook, PlaybookName, PlaybookParameters, PlaybookStep } from '@fleetmend/domain';
import { stepsFor } from '@fleetmend/domain';

/** The step of each playbook that does what the playbook is for; what goes wrong in it is what goes wrong at all. */
const MAIN_STEPS: Readonly<Record<PlaybookName, string>> = {
  'reset-software-distribution': 'rename-directory',
  'repair-component-store': 'restore-component-store',
  'run-troubleshooter': 'run-troubleshooting-pack',
  'update-drivers': 'install-drivers',
  'reclaim-backups': 'delete-backups',
  'repair-update-services': 'repair-start-types',
  'allow-os-upgrade': 'set-value',
  'sync-clock': 'resync-clock',
  'restart-machine': 'restart',
};

/** The step that does what the playbook is for. */
export function mainStepOf(playbook: Playbook): PlaybookStep {
  const step = playbook.steps.find(({ id }) => id === MAIN_STEPS[playbook.name]);
  if (step === undefined) throw new RangeError(`${playbook.name} has no main step.`);
  return step;
}

/** The step that sees first whether it worked; the main step where nothing but a scan looks. */
export function proofStepOf(playbook: Playbook, parameters: PlaybookParameters): PlaybookStep {
  const steps = stepsFor(playbook, parameters).filter(({ section }) => section === 'verifying');
  const looks = steps.filter(({ action }) => action !== 'verify-scan');
  return looks.find(({ id }) => id === 'verify-directory') ?? looks[0] ?? mainStepOf(playbook);
}
