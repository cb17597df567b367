import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EndOfRun, expectAsBefore, type FaultRow } from './row';

const OLD = [
  'SoftwareDistribution.bak-20260701080000',
  'SoftwareDistribution.bak-20260801080000',
  'System32/catroot2.bak-20260701080000',
];
const KEPT = [
  'SoftwareDistribution',
  'SoftwareDistribution.bak-20260901080000',
  'System32/catroot2',
  'System32/catroot2.bak-20260901080000',
  'SDTemp',
  'Temp.old',
];

function standing({ bench }: EndOfRun, folders: readonly string[]): string[] {
  const { windowsDirectory } = bench.windows.machine;
  return folders.filter((name) => existsSync(join(windowsDirectory, name)));
}

export const BACKUPS: FaultRow = {
  playbook: 'reclaim-backups',
  prepare: ({ windows }) => {
    for (const name of [...OLD, ...KEPT]) {
      const folder = join(windows.machine.windowsDirectory, name);
      mkdirSync(join(folder, 'below'), { recursive: true });
      writeFileSync(join(folder, 'below', 'file'), 'x'.repeat(1000));
    }
  },
  disturb: ({ windows }, howLong) => {
    let looks = 0;
    windows.directories.open(
      join(windows.machine.windowsDirectory, OLD[0] ?? '', 'below', 'file'),
      () => (looks += 1) <= howLong,
    );
  },
  succeeds: ['done'],
  done: (end) => {
    expect(standing(end, OLD)).toEqual([]);
    expect(standing(end, KEPT)).toEqual(KEPT);
    expectAsBefore(end);
  },
  takenBack: (end) => {
    expect(standing(end, KEPT)).toEqual(KEPT);
    expectAsBefore(end);
  },
};
