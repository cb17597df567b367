import { describe, expect, jest, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStage } from './stage.mjs';

const run = async (script, minutes = 1) => {
  const folder = mkdtempSync(join(tmpdir(), 'fm-stage-'));
  const note = join(folder, 'note');
  const stage = {
    name: 'spec',
    kind: 'check',
    minutes,
    command: process.execPath,
    args: ['-e', script],
  };
  try {
    const deadline = Date.now() + 60_000;
    const result = await runStage(stage, { reportFile: 'none', deadline, env: { NOTE: note } });
    return { result, note: existsSync(note) ? readFileSync(note, 'utf8') : '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Ended, though perhaps nobody has asked yet how. */
const isGone = (pid) => {
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || /^State:\s+Z/m.test(readFileSync(status, 'utf8'));
};

/** Finding the processes that moved to another group needs /proc. */
const testOnLinux = process.platform === 'linux' ? test : test.skip;

describe('a stage', () => {
  test('that ends well is counted, with its time and memory', async () => {
    const { result } = await run('');
    expect(result).toMatchObject({ passed: 1, failed: 0, stopped: false });
    expect(result.lowestMemory).toBeGreaterThan(0);
    expect(result.problem).toBeUndefined();
  });

  test.each([
    ['ends with a code', 'process.exitCode = 3', 'ended with code 3'],
    ['dies', `process.kill(process.pid, 'SIGKILL')`, 'died by SIGKILL'],
  ])('that %s has failed, and says how', async (_, script, problem) => {
    const { result } = await run(script);
    expect(result).toMatchObject({ passed: 0, failed: 1, problem });
  });

  test('that takes too long is ended with all its children', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync(process.env.NOTE, String(child.pid));
      setInterval(() => {}, 1000);`;
    const { result, note } = await run(script, 0.01);
    expect(result).toMatchObject({ failed: 1, problem: 'ran out of time' });
    expect(isGone(note)).toBe(true);
  });

  testOnLinux(
    'leaves no process behind, even one that moved to another group, and no temporary file',
    async () => {
      const told = jest.spyOn(console, 'error').mockReturnValue();
      const script = `
      const { spawn } = require('node:child_process');
      const { writeFileSync } = require('node:fs');
      const options = { detached: true, stdio: 'ignore' };
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
      child.unref();
      writeFileSync(process.env.TMPDIR + '/file', '');
      writeFileSync(process.env.NOTE, child.pid + ' ' + process.env.TMPDIR);`;
      const { result, note } = await run(script);
      const [pid, temporary] = note.split(' ');
      expect(result).toMatchObject({ passed: 1, failed: 0 });
      expect(isGone(pid)).toBe(true);
      expect(existsSync(temporary)).toBe(false);
      expect(told).toHaveBeenCalledWith(
        expect.stringContaining(`Left behind, and ended now: ${pid}`),
      );
      told.mockRestore();
    },
    20_000,
  );
});
