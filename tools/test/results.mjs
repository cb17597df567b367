import { readFileSync } from 'node:fs';

/**
 * What a stage's own report says: how many tests passed, failed and were skipped. A stage that ended badly
 * without a failed test in its report (a crash, a time limit), or that left no report, counts as one failure.
 */
export function countOf(kind, reportFile, endedWell) {
  const count = kind === 'check' ? { ...none, passed: endedWell ? 1 : 0 } : read(kind, reportFile);
  if (count === undefined) return { ...none, failed: 1 };
  return !endedWell && count.failed === 0 ? { ...count, failed: 1 } : count;
}

const none = { passed: 0, failed: 0, skipped: 0 };

/** Undefined without a whole report. */
function read(kind, file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return kind === 'jest' ? fromJest(report) : fromPlaywright(report);
  } catch {
    return undefined;
  }
}

const fromJest = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
  skipped: report.numPendingTests + report.numTodoTests,
});

const fromPlaywright = ({ stats, errors }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky + (errors?.length ?? 0),
  skipped: stats.skipped,
});

/** The one line that a run ends with. */
export function line(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`;
}
