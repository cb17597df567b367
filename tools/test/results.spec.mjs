import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countOf, line } from './results.mjs';

const jest = {
  numPassedTests: 5,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 1,
  numTodoTests: 0,
};
const playwright = { stats: { expected: 4, unexpected: 0, flaky: 0, skipped: 2 }, errors: [] };

const cases = [
  ['a good Jest run', 'jest', jest, true, '5 passed, 0 failed, 1 skipped'],
  [
    'a failed Jest test',
    'jest',
    { ...jest, numFailedTests: 2 },
    false,
    '5 passed, 2 failed, 1 skipped',
  ],
  [
    'a suite that can’t load',
    'jest',
    { ...jest, numRuntimeErrorTestSuites: 1 },
    false,
    '5 passed, 1 failed, 1 skipped',
  ],
  ['Jest dying after its report', 'jest', jest, false, '5 passed, 1 failed, 1 skipped'],
  ['no report', 'jest', undefined, false, '0 passed, 1 failed, 0 skipped'],
  ['an empty report', 'jest', '', false, '0 passed, 1 failed, 0 skipped'],
  ['an end without a report', 'jest', undefined, true, '0 passed, 1 failed, 0 skipped'],
  ['a good browser run', 'playwright', playwright, true, '4 passed, 0 failed, 2 skipped'],
  [
    'a browser error outside of tests',
    'playwright',
    { ...playwright, errors: [{}] },
    false,
    '4 passed, 1 failed, 2 skipped',
  ],
  ['a good check', 'check', undefined, true, '1 passed, 0 failed, 0 skipped'],
  ['a bad check', 'check', undefined, false, '0 passed, 1 failed, 0 skipped'],
];

describe('the counts of a stage', () => {
  test.each(cases)('%s', (_, kind, report, endedWell, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'fm-results-'));
    const file = join(folder, 'report.json');
    if (report !== undefined) writeFileSync(file, report === '' ? '' : JSON.stringify(report));
    expect(line([countOf(kind, file, endedWell)])).toBe(expected);
    rmSync(folder, { recursive: true });
  });

  test('add up', () => {
    const results = [
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ];
    expect(line(results)).toBe('11 passed, 22 failed, 33 skipped');
  });
});
