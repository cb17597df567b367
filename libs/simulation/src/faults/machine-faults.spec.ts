import { Random } from '../random';
import { type FaultProfile, parseFaultProfile } from './fault-profile';
import { type MachineFaults, NO_FAULTS, faultsOf } from './machine-faults';
import { nextStay } from './stay';

const fleet = (profiles: readonly FaultProfile[], size = 4000): MachineFaults[] =>
  Array.from({ length: size }, (_, index) => faultsOf('spec', index, profiles));

const flapping = parseFaultProfile('flapping=0.3');
const clockOff = parseFaultProfile('clock-off=0.5');
const bad = parseFaultProfile('bad-version:reset-software-distribution@2=0.7');

describe('profiles', () => {
  it('strike their share of the machines, each independently of the others', () => {
    const all = fleet([flapping, clockOff, bad]);
    const share = (has: (faults: MachineFaults) => boolean) => all.filter(has).length / all.length;
    expect(share(({ names }) => names.has('flapping'))).toBeCloseTo(0.3, 1);
    expect(share(({ clockOffset }) => clockOffset !== 0)).toBeCloseTo(0.5, 1);
    expect(
      share(({ badVersions }) => badVersions.has('reset-software-distribution@2')),
    ).toBeCloseTo(0.7, 1);
    expect(
      share(({ names, clockOffset }) => names.has('flapping') && clockOffset !== 0),
    ).toBeCloseTo(0.15, 1);
  });

  it('strike the same machines again, whatever else strikes, and in a larger fleet', () => {
    const struck = (all: readonly MachineFaults[]) =>
      all.slice(0, 100).map(({ names }) => names.has('flapping'));
    expect(struck(fleet([clockOff, bad, flapping]))).toEqual(struck(fleet([flapping], 100)));
    expect(faultsOf('other', 1, [flapping, clockOff, bad])).not.toEqual(
      faultsOf('spec', 1, [flapping, clockOff, bad]),
    );
  });

  it('leave a clock wrong by hours or days', () => {
    for (const { clockOffset } of fleet([clockOff])) {
      if (clockOffset === 0) continue;
      expect(Math.abs(clockOffset)).toBeGreaterThanOrEqual(2 * 3_600_000);
      expect(Math.abs(clockOffset)).toBeLessThanOrEqual(240 * 3_600_000);
    }
  });
});

it('has flapping machines away for minutes, and others for days', () => {
  const longest = (...names: ('flapping' | 'offline-for-days')[]) => {
    const random = new Random('stays');
    const faults = { ...NO_FAULTS, names: new Set(names) };
    const stays = Array.from({ length: 300 }, () => nextStay(faults, random));
    return Math.max(...stays.map((stay) => stay?.offline ?? 0)) / 3_600_000;
  };
  expect(longest('flapping')).toBeLessThan(0.1);
  expect(longest('offline-for-days')).toBeGreaterThan(36);
  expect(longest('flapping', 'offline-for-days')).toBeGreaterThan(36);
  expect(longest()).toBe(0);
});
