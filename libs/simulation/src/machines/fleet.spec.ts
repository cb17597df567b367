import { countsForHealth, osFamilyOf } from '@fleetmend/domain';
import { lookUpErrorCode } from '@fleetmend/domain/catalogue';
import { profileOf } from './fleet';
import { AFTERMATHS, NOISE, SCENARIOS } from './scenarios';
import { WINDOWS_VERSIONS } from './windows-versions';

const fleet = (seed: string, size: number) =>
  Array.from({ length: size }, (_, index) => profileOf(seed, index));

describe('a fleet', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(fleet('a', 50)).toEqual(fleet('a', 50));
    expect(fleet('a', 50)).not.toEqual(fleet('b', 50));
  });

  it('keeps its machines when it grows', () => {
    expect(fleet('a', 100).slice(0, 10)).toEqual(fleet('a', 10));
  });

  it('has machines with names of their own, of which some fail, mostly as KB 910336 says', () => {
    const machines = fleet('a', 500);
    expect(new Set(machines.map(({ hostname }) => hostname)).size).toBe(500);
    expect(new Set(machines.map(({ machineGuid }) => machineGuid)).size).toBe(500);
    const failing = machines.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble]));
    expect(failing.length).toBeGreaterThan(150);
    expect(failing.length).toBeLessThan(300);
    const missing = failing.filter(
      ({ code, phase }) => /^0x8007000[23]$/.test(code) && phase === 'download',
    );
    expect(missing.length).toBeGreaterThan(failing.length * 0.4);
  });
});

it('fails with codes that the catalogue knows, on versions of Windows that have a name', () => {
  expect(
    [...SCENARIOS, ...NOISE, ...AFTERMATHS].filter(({ code }) => !lookUpErrorCode(code)),
  ).toEqual([]);
  expect(WINDOWS_VERSIONS.filter(({ build }) => osFamilyOf(build).startsWith('build'))).toEqual([]);
});

it('takes nothing for a broken update that says nothing about Windows Update', () => {
  expect(SCENARIOS.every(({ updateKind }) => countsForHealth(updateKind))).toBe(true);
  expect(NOISE.some(({ updateKind }) => countsForHealth(updateKind))).toBe(false);
});
