import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../bootstrap/places.mjs';
import { buildIfChanged } from './changed.mjs';

describe('a build', () => {
  let folder;
  let name;
  let built;
  beforeEach(() => {
    mkdirSync(join(root, 'dist'), { recursive: true });
    folder = mkdtempSync(join(root, 'dist', 'changed-'));
    name = relative(join(root, 'dist'), folder);
    built = 0;
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src', 'a.ts'), '1');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    rmSync(join(root, 'dist', '.stamps', name), { force: true });
  });

  const path = (file) => relative(root, join(folder, file));
  const build = () =>
    buildIfChanged({
      name,
      inputs: [path('src')],
      output: path('out'),
      build: () => {
        built += 1;
        writeFileSync(join(folder, 'out'), '');
      },
    });

  test('is done once while nothing changes', async () => {
    expect([await build(), await build(), await build()]).toEqual([true, false, false]);
    expect(built).toBe(1);
  });

  test.each([
    ['a source changes', 'src/a.ts'],
    ['a source is added', 'src/b.ts'],
  ])('is done again when %s', async (_, file) => {
    await build();
    writeFileSync(join(folder, file), '2');
    expect(await build()).toBe(true);
  });

  test('is done again when its output is gone', async () => {
    await build();
    rmSync(join(folder, 'out'));
    expect(await build()).toBe(true);
  });

  test('ignores tests, which are not in the program', async () => {
    await build();
    writeFileSync(join(folder, 'src', 'a.spec.ts'), '2');
    expect(await build()).toBe(false);
  });

  test('that fails is tried again', async () => {
    const failing = buildIfChanged({
      name,
      inputs: [path('src')],
      output: path('out'),
      build: () => Promise.reject(new Error('does not compile')),
    });
    await expect(failing).rejects.toThrow('does not compile');
    expect(await build()).toBe(true);
  });
});
