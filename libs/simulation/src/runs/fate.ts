import { type Playbook, type PlaybookParameters, stepsFor } from '@fleetmend/domain';
import type { MachineFaults } from '../faults/machine-faults';
import { AFTERMATHS, type Scenario } from '../machines/scenarios';
import type { Random } from '../random';
import { mainStepOf, proofStepOf } from './main-step';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What becomes of a run. */
export type Fate =
  /** Preflight refuses. */
  | { readonly kind: 'refused'; readonly stepId: string }
  /** A step fails, and what was done is taken back. */
  | { readonly kind: 'fails'; readonly stepId: string }
  /** It works again, as a scan or only an installation can show; and may not do so for long. */
  | {
      readonly kind: 'mended';
      readonly shownBy: 'scan' | 'install';
      /** After so many milliseconds it is broken again. */
      readonly comesBackAfter?: number;
    }
  | { readonly kind: 'same-error'; readonly shownBy: 'scan' | 'install'; readonly code: string }
  /** The run leaves another trouble than it found. */
  | { readonly kind: 'new-error'; readonly becomes: Scenario }
  /** Mended, and the update installs so many milliseconds after the run. */
  | { readonly kind: 'mended-later'; readonly within: number }
  | { readonly kind: 'nothing-to-mend' };

/** What decides the fate of a run. */
export interface FateQuestion {
  readonly playbook: Playbook;
  readonly parameters: PlaybookParameters;
  /** What is wrong with the machine. */
  readonly trouble: Scenario | undefined;
  readonly faults: MachineFaults;
  readonly random: Random;
}

/** A small share of the runs that a playbook is not made for mends all the same: things also pass by themselves. */
const BY_CHANCE = 0.02;

/** What becomes of a run. The same question, with the same random numbers, has always the same answer. */
export function fateOf(question: FateQuestion): Fate {
  const { playbook, parameters, trouble, faults, random } = question;
  const refusal = refusalOf(question);
  if (refusal !== undefined) return { kind: 'refused', stepId: refusal };
  if (faults.badVersions.has(`${playbook.name}@${playbook.version}`)) {
    return { kind: 'fails', stepId: mainStepOf(playbook).id };
  }
  const luck = random.next();
  if (luck < 0.05) return { kind: 'fails', stepId: mainStepOf(playbook).id };
  if (luck < 0.08) return { kind: 'fails', stepId: proofStepOf(playbook, parameters).id };
  if (trouble === undefined) return { kind: 'nothing-to-mend' };
  if (faults.names.has('new-error')) {
    return { kind: 'new-error', becomes: random.pick(AFTERMATHS) };
  }
  const shownBy = trouble.phase === 'scan' ? 'scan' : 'install';
  if (faults.names.has('lying-success')) {
    const comesBackAfter = Math.round(random.between(1, 10) * HOUR);
    return { kind: 'mended', shownBy, comesBackAfter };
  }
  const chance = trouble.mendedBy[playbook.name] ?? BY_CHANCE;
  if (!random.chance(chance)) return { kind: 'same-error', shownBy, code: trouble.code };
  if (faults.names.has('fails-again')) {
    const comesBackAfter = Math.round(random.between(44, 52) * HOUR);
    return { kind: 'mended', shownBy, comesBackAfter };
  }
  const isSoon = shownBy === 'scan' || random.chance(0.85);
  if (isSoon) return { kind: 'mended', shownBy };
  return { kind: 'mended-later', within: Math.round(random.between(1, 4) * MINUTE) };
}

/** The preflight step that finds the cause and refuses, where this playbook has it and it isn't overridden. */
function refusalOf({ playbook, parameters, trouble }: FateQuestion): string | undefined {
  const refusedBy = trouble?.refusedBy;
  if (refusedBy === undefined) return undefined;
  if (refusedBy === 'check-pending-restart' && parameters['ignorePendingRestart'] === true) {
    return undefined;
  }
  return stepsFor(playbook, parameters).find(
    ({ section, action }) => section === 'preflight' && action === refusedBy,
  )?.id;
}

/** Playbooks that are seen to have done what they are for without any failure being mended. */
export function hasPurposeOfItsOwn({ steps }: Playbook): boolean {
  return !steps.some((step) => step.action === 'verify-scan' && step.onlyWithFailure !== true);
}
