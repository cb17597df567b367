import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { boundaries } from './boundaries.mjs';

describe('lint refuses', () => {
  let messages;
  beforeAll(() => {
    const script = join(import.meta.dirname, 'lint-breaches.mjs');
    const env = { ...process.env, NODE_OPTIONS: '' };
    messages = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8', env }));
  }, 120_000);

  test.each(boundaries.map((breach, index) => [...breach, index]))(
    '%s importing %s',
    (_file, _name, expected, index) => {
      expect(messages[index]).toEqual([expect.stringMatching(expected)]);
    },
  );
});
