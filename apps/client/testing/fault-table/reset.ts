import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EndOfRun, expectAsBefore, type FaultRow } from './row';

/** The old folder is there exactly once, under its name or another: nothing is lost. */
function oldFolder({ bench }: EndOfRun): { readonly isBack: boolean; readonly children: string[] } {
  const { windowsDirectory, softwareDistribution } = bench.windows.machine;
  const old = readdirSync(windowsDirectory).filter(
    (name) =>
      name.startsWith('SoftwareDistribution') && existsSync(join(windowsDirectory, name, 'old')),
  );
  expect(old).toHaveLength(1);
  return {
    isBack: existsSync(join(softwareDistribution, 'old')),
    children: readdirSync(join(windowsDirectory, old[0] ?? '')).filter((name) =>
      name.includes('.bak-'),
    ),
  };
}

export const RESET: FaultRow = {
  playbook: 'reset-software-distribution',
  prepare: ({ windows }) => {
    writeFileSync(join(windows.machine.softwareDistribution, 'old'), 'old');
  },
  spoil: ({ windows }) => {
    windows.faults.refuse('start', 1058, { subject: 'dosvc', times: 1 });
  },
  disturb: ({ windows }, howLong) => {
    let looks = 0;
    windows.directories.open(
      join(windows.machine.softwareDistribution, 'old'),
      () => (looks += 1) <= howLong,
    );
  },
  succeeds: ['unverified'],
  done: (end) => {
    const { isBack, children } = oldFolder(end);
    expect(isBack && children.length === 0).toBe(false);
    expectAsBefore(end);
  },
  takenBack: (end) => {
    expect(oldFolder(end)).toEqual({ isBack: true, children: [] });
    expectAsBefore(end);
  },
};
