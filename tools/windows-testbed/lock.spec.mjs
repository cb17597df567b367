import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withLock } from './lock.mjs';

let folder;
let file;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetmend-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('lets one in at a time, and is gone afterwards', async () => {
  let inside = 0;
  let most = 0;
  const work = () =>
    withLock(file, 10_000, async () => {
      most = Math.max(most, ++inside);
      await delay(10);
      inside -= 1;
    });
  await Promise.all([work(), work(), work()]);
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

it('is given back when the work fails', async () => {
  const work = withLock(file, 1000, () => Promise.reject(new Error('no')));
  await expect(work).rejects.toThrow('no');
  expect(await withLock(file, 1000, () => 'in')).toBe('in');
});

it.each([
  ['that is gone', { pid: 2 ** 22 + 1, start: '1' }],
  ['whose number another one has now', { pid: process.pid, start: 'another time' }],
])('is taken over from a process %s', async (_, holder) => {
  writeFileSync(file, JSON.stringify(holder));
  expect(await withLock(file, 1000, () => 'in')).toBe('in');
});

it('says so when somebody holds it too long', async () => {
  await withLock(file, 1000, () =>
    expect(withLock(file, 10, () => 'in')).rejects.toThrow('Waited too long'),
  );
});
