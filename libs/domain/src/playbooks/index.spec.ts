import fc from 'fast-check';
import { PLAYBOOK_NAMES, type PlaybookSection } from '../playbook';
import {
  resetSoftwareDistribution,
  resetSoftwareDistribution1,
} from './reset-software-distribution';
import { PLAYBOOKS, findPlaybook, isReversible, stepsFor, validateParameters } from './index';

const ORDER: readonly PlaybookSection[] = ['preflight', 'snapshot', 'acting', 'verifying'];

describe.each(PLAYBOOKS.map((playbook) => [playbook.name, playbook] as const))(
  '%s',
  (_, playbook) => {
    it('has steps with ids of their own, section after section', () => {
      const ids = playbook.steps.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const sections = playbook.steps.map(({ section }) => ORDER.indexOf(section));
      expect(sections).toEqual([...sections].sort((a, b) => a - b));
      expect(sections).toEqual(expect.arrayContaining([0, 2, 3]));
    });

    it('starts again what it stops, whatever happens in between', () => {
      const actions = playbook.steps.map(({ action }) => action);
      const stop = actions.indexOf('stop-services');
      if (stop < 0) return;
      expect(actions.indexOf('save-service-states')).toBeLessThan(stop);
      expect(actions.indexOf('restore-services')).toBeGreaterThan(stop);
      expect(playbook.steps[stop]?.undo).toBe('restore-services');
    });

    it('makes steps depend on boolean parameters of its own only', () => {
      const booleans = playbook.parameters.filter(({ type }) => type === 'boolean');
      const conditions = playbook.steps.flatMap(({ onlyIf }) => onlyIf ?? []);
      expect(booleans.map(({ name }) => name)).toEqual(expect.arrayContaining(conditions));
    });

    it('accepts its own defaults', () => {
      const defaults = Object.fromEntries(playbook.parameters.map((p) => [p.name, p.default]));
      expect(validateParameters(playbook, {})).toEqual({ ok: true, parameters: defaults });
      expect(validateParameters(playbook, defaults)).toEqual({ ok: true, parameters: defaults });
    });
  },
);

it('has one playbook for every name', () => {
  expect(PLAYBOOKS.map(({ name }) => name)).toEqual([...PLAYBOOK_NAMES]);
});

describe('findPlaybook', () => {
  it('finds by name, and by version where one is given', () => {
    expect(findPlaybook('reset-software-distribution')).toBe(resetSoftwareDistribution);
    expect(findPlaybook('reset-software-distribution', 2)).toBe(resetSoftwareDistribution);
    expect(findPlaybook('reset-software-distribution', 1)).toBe(resetSoftwareDistribution1);
    expect(findPlaybook('reset-software-distribution', 3)).toBeUndefined();
    expect(findPlaybook('format-disk')).toBeUndefined();
  });
});

describe('the reset', () => {
  it('saves the history before anything is touched', () => {
    const ids = resetSoftwareDistribution.steps.map(({ id }) => id);
    expect(ids.indexOf('save-update-history')).toBeLessThan(ids.indexOf('stop-services'));
  });

  it('stops who wakes the others first', () => {
    const stop = resetSoftwareDistribution.steps.find(({ action }) => action === 'stop-services');
    expect(stop).toMatchObject({ services: ['usosvc', 'wuauserv', 'dosvc', 'bits'] });
  });

  it('waits for the scan as long as it is told', () => {
    const steps = stepsFor(resetSoftwareDistribution, { verifyMinutes: 2 });
    expect(steps.find(({ id }) => id === 'verify-scan')).toMatchObject({ timeoutSeconds: 120 });
    const always = resetSoftwareDistribution.steps.filter(({ onlyIf }) => onlyIf === undefined);
    expect(steps).toHaveLength(always.length);
  });

  it('touches catroot2 only when told to', () => {
    const ids = (parameters: Record<string, boolean>) =>
      stepsFor(resetSoftwareDistribution, parameters).map(({ id }) => id);
    expect(ids({ includeCatroot2: false }).join()).not.toMatch(/cat/);
    expect(ids({ includeCatroot2: true })).toEqual(
      expect.arrayContaining(['check-catroot2', 'stop-catalogue-services', 'rename-catroot2']),
    );
  });

  it('can be taken back, unlike one that only stops and starts', () => {
    expect(isReversible(resetSoftwareDistribution)).toBe(true);
    const steps = resetSoftwareDistribution.steps.filter(({ undo }) => undo !== 'rename-back');
    expect(isReversible({ ...resetSoftwareDistribution, steps })).toBe(false);
  });
});

describe('validateParameters', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ verifyMinutes: 0 }, 'verifyMinutes must be a whole number from 1 to 240.'],
    [{ verifyMinutes: 241 }, 'verifyMinutes must be a whole number from 1 to 240.'],
    [{ verifyMinutes: 1.5 }, 'verifyMinutes must be a whole number from 1 to 240.'],
    [{ verifyMinutes: '15' }, 'verifyMinutes must be a whole number from 1 to 240.'],
    [{ verifyMinutes: NaN }, 'verifyMinutes must be a whole number from 1 to 240.'],
    [{ ignorePendingRestart: 1 }, 'ignorePendingRestart must be true or false.'],
    [{ ignorePendingRestart: null }, 'ignorePendingRestart must be true or false.'],
    [{ path: 1 }, 'reset-software-distribution has no parameter "path".'],
    [{ toString: true }, 'reset-software-distribution has no parameter "toString".'],
  ])('refuses %j', (given, problem) => {
    expect(validateParameters(resetSoftwareDistribution, given)).toEqual({
      ok: false,
      problems: [problem],
    });
  });

  it('names all problems at once', () => {
    const result = validateParameters(resetSoftwareDistribution, { a: 1, verifyMinutes: -1 });
    expect(result).toMatchObject({ ok: false, problems: { length: 2 } });
  });

  it('is idempotent, and gives every parameter and no other', () => {
    const given = fc.record(
      {
        ignorePendingRestart: fc.boolean(),
        includeCatroot2: fc.boolean(),
        verifyMinutes: fc.integer({ min: 1, max: 240 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, (some) => {
        const result = validateParameters(resetSoftwareDistribution, some);
        if (!result.ok) throw new Error(result.problems.join());
        expect(result.parameters).toMatchObject(some);
        expect(Object.keys(result.parameters)).toEqual([
          'ignorePendingRestart',
          'includeCatroot2',
          'verifyMinutes',
        ]);
        expect(validateParameters(resetSoftwareDistribution, result.parameters)).toEqual(result);
      }),
    );
  });
});
