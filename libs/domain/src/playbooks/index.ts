import type { Playbook, PlaybookParameter, PlaybookParameters, PlaybookStep } from '../playbook';
import { allowOsUpgrade } from './allow-os-upgrade';
import { reclaimBackups } from './reclaim-backups';
import { repairComponentStore } from './repair-component-store';
import { repairUpdateServices } from './repair-update-services';
import {
  resetSoftwareDistribution,
  resetSoftwareDistribution1,
} from './reset-software-distribution';
import { restartMachine } from './restart-machine';
import { runTroubleshooter } from './run-troubleshooter';
import { syncClock } from './sync-clock';
import { updateDrivers } from './update-drivers';

export { resetSoftwareDistribution };

/** All playbooks that this version knows, each in its newest version. */
export const PLAYBOOKS: readonly Playbook[] = [
  resetSoftwareDistribution,
  repairComponentStore,
  runTroubleshooter,
  updateDrivers,
  reclaimBackups,
  repairUpdateServices,
  allowOsUpgrade,
  syncClock,
  restartMachine,
];

/**
 * What clients still understand: orders of a server that is older than they are, and runs that were begun before the
 * client was updated, whose services may be stopped at this moment.
 */
const EARLIER: readonly Playbook[] = [resetSoftwareDistribution1];

/** The playbook of this name: the newest, or exactly `version` where one is given. */
export function findPlaybook(name: string, version?: number): Playbook | undefined {
  return [...PLAYBOOKS, ...EARLIER].find(
    (playbook) => playbook.name === name && (version === undefined || playbook.version === version),
  );
}

/** Every playbook in every version that is understood, by name and version. */
export const KNOWN_PLAYBOOKS: readonly Pick<Playbook, 'name' | 'version'>[] = [
  ...PLAYBOOKS,
  ...EARLIER,
].map(({ name, version }) => ({ name, version }));

/** Whether a run of it can be taken back later: services that are as before again are nothing to take back. */
export function isReversible(playbook: Playbook): boolean {
  return playbook.steps.some(({ undo }) => undo !== undefined && undo !== 'restore-services');
}

export type ParametersResult =
  | { readonly ok: true; readonly parameters: PlaybookParameters }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks parameters against the playbook and fills in what is missing. Unknown names are problems. */
export function validateParameters(
  playbook: Playbook,
  given: Readonly<Record<string, unknown>>,
): ParametersResult {
  const known = new Set(playbook.parameters.map((parameter) => parameter.name));
  const problems = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => `${playbook.name} has no parameter "${name}".`);
  const parameters: Record<string, boolean | number> = {};
  for (const parameter of playbook.parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : undefined;
    if (value === undefined) {
      parameters[parameter.name] = parameter.default;
    } else if (isAllowed(parameter, value)) {
      parameters[parameter.name] = value;
    } else {
      problems.push(`${parameter.name} must be ${expectationOf(parameter)}.`);
    }
  }
  return problems.length === 0 ? { ok: true, parameters } : { ok: false, problems };
}

/** The steps of a playbook with its parameters put in. Only validated parameters make sense here. */
export function stepsFor(
  playbook: Playbook,
  parameters: PlaybookParameters,
): readonly PlaybookStep[] {
  const minutes = parameters['verifyMinutes'];
  return playbook.steps
    .filter(({ onlyIf }) => onlyIf === undefined || parameters[onlyIf] === true)
    .map((step) =>
      step.action === 'verify-scan' && typeof minutes === 'number'
        ? { ...step, timeoutSeconds: minutes * 60 }
        : step,
    );
}

function isAllowed(parameter: PlaybookParameter, value: unknown): value is boolean | number {
  if (parameter.type === 'boolean') return typeof value === 'boolean';
  return (
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    value >= (parameter.minimum ?? -Infinity) &&
    value <= (parameter.maximum ?? Infinity)
  );
}

function expectationOf(parameter: PlaybookParameter): string {
  if (parameter.type === 'boolean') return 'true or false';
  const { minimum, maximum } = parameter;
  if (minimum !== undefined && maximum !== undefined) {
    return `a whole number from ${minimum} to ${maximum}`;
  }
  if (minimum !== undefined) return `a whole number of at least ${minimum}`;
  return maximum === undefined ? 'a whole number' : `a whole number of at most ${maximum}`;
}
