import { PLAYBOOKS, type PlaybookName, findPlaybook } from '@fleetmend/domain';
import type { FaultProfileName } from '../faults/fault-profile';
import { type MachineFaults, NO_FAULTS } from '../faults/machine-faults';
import { SCENARIOS } from '../machines/scenarios';
import { Random } from '../random';
import { type Fate, fateOf } from './fate';
import { mainStepOf } from './main-step';

/** What becomes of 400 runs. */
function fates(
  scenario: string | undefined,
  name: PlaybookName = 'reset-software-distribution',
  {
    parameters = {},
    faults = NO_FAULTS,
  }: { parameters?: Record<string, boolean>; faults?: MachineFaults } = {},
): Fate[] {
  const trouble = SCENARIOS.find(({ id }) => id === scenario);
  const playbook = findPlaybook(name)!;
  const random = new Random('fates');
  return Array.from({ length: 400 }, () =>
    fateOf({ playbook, parameters, trouble, faults, random }),
  );
}

const share = (all: readonly Fate[], kind: Fate['kind']) =>
  all.filter((fate) => fate.kind === kind).length / all.length;

const struckBy = (...names: FaultProfileName[]) => ({
  faults: { ...NO_FAULTS, names: new Set(names) },
});

it('mends what the playbook is made for, and hardly anything else', () => {
  const mended = (scenario: string, name: PlaybookName) => share(fates(scenario, name), 'mended');
  expect(mended('files-missing', 'reset-software-distribution')).toBeGreaterThan(0.55);
  expect(mended('store-damaged', 'reset-software-distribution')).toBeLessThan(0.1);
  expect(mended('store-damaged', 'repair-component-store')).toBeGreaterThan(0.5);
  expect(mended('files-missing', 'repair-component-store')).toBeLessThan(0.1);
  expect(mended('driver-fails', 'update-drivers')).toBeGreaterThan(0.4);
  expect(mended('restart-pending', 'restart-machine')).toBeGreaterThan(0.6);
});

it('refuses what the preflight of this playbook would find, unless that was overridden', () => {
  const refused = (...of: Parameters<typeof fates>) => share(fates(...of), 'refused');
  expect(refused('endpoint-blocked')).toBe(1);
  expect(refused('endpoint-blocked', 'update-drivers')).toBe(0);
  expect(refused('restart-pending')).toBe(1);
  const parameters = { ignorePendingRestart: true };
  expect(refused('restart-pending', 'reset-software-distribution', { parameters })).toBe(0);
  expect(refused('restart-pending', 'restart-machine')).toBe(0);
});

it.each(PLAYBOOKS)('a bad version of $name fails in its main step, always', (playbook) => {
  const { name, version } = playbook;
  const bad = { ...NO_FAULTS, badVersions: new Set([`${name}@${version}`]) };
  const other = { ...NO_FAULTS, badVersions: new Set([`${name}@${version + 1}`]) };
  const failed = (faults: MachineFaults) =>
    fates('files-missing', name, { faults }).filter(
      (fate) => fate.kind === 'fails' && fate.stepId === mainStepOf(playbook).id,
    ).length;
  expect(failed(bad)).toBe(400);
  expect(failed(other)).toBeLessThan(80);
});

describe('a fault changes', () => {
  const isAgain = (fate: Fate, low: number, high: number) =>
    fate.kind === 'mended' &&
    fate.comesBackAfter !== undefined &&
    fate.comesBackAfter >= low * 3_600_000 &&
    fate.comesBackAfter <= high * 3_600_000;

  it('lying-success: what nothing would mend is called mended, and back within hours', () => {
    const all = fates('source-missing', 'reset-software-distribution', struckBy('lying-success'));
    expect(all.filter((fate) => isAgain(fate, 1, 10)).length).toBe(
      all.filter(({ kind }) => kind !== 'fails').length,
    );
  });

  it('fails-again: what was truly mended is back after two days, the rest is as before', () => {
    const all = fates('files-missing', 'reset-software-distribution', struckBy('fails-again'));
    expect(all.filter((fate) => isAgain(fate, 44, 52)).length / 400).toBe(share(all, 'mended'));
    expect(share(all, 'same-error')).toBeGreaterThan(0.05);
  });

  it('new-error: it ends with another error than it began with', () => {
    const all = fates('files-missing', 'reset-software-distribution', struckBy('new-error'));
    for (const fate of all) if (fate.kind !== 'fails') expect(fate.kind).toBe('new-error');
    expect(share(all, 'new-error')).toBeGreaterThan(0.85);
  });
});
