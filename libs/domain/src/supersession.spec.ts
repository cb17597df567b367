import type { Success } from './failure-life-cycle';
import { cumulativeUpdateOf, supersedesFailure } from './supersession';

const WINDOWS_11 = 'Windows 11 Version 24H2 for x64-based Systems';
const title = (month: string, product = WINDOWS_11) =>
  `${month} Cumulative Update for ${product} (KB50${month.replace('-', '')})`;

const FAILED_AT = '2026-11-20T12:00:00Z';

interface Circumstances {
  readonly phase?: Success['phase'];
  readonly failedPhase?: Success['phase'];
  readonly at?: string;
}

function supersedes(
  success: string | undefined,
  failure: string | undefined,
  { phase = 'install', failedPhase = 'download', at = '2026-12-10T00:00:00Z' }: Circumstances = {},
): boolean {
  return supersedesFailure(
    { phase, update: { title: success }, occurredAt: at },
    { phase: failedPhase, update: { title: failure }, occurredAt: FAILED_AT },
  );
}

describe('supersedesFailure', () => {
  it.each([
    ['a later month', title('2026-12'), title('2026-11'), true],
    ['the next year', title('2027-01'), title('2026-12'), true],
    ['the same month', title('2026-11'), title('2026-11'), false],
    ['an earlier month', title('2026-10'), title('2026-11'), false],
    ['another product', title('2026-12', `${WINDOWS_11} SE`), title('2026-11'), false],
    [
      '.NET, which is another product',
      title('2026-12', `.NET Framework 4.8.1 for ${WINDOWS_11}`),
      title('2026-11'),
      false,
    ],
    [
      'a preview of a later month',
      title('2026-12').replace('Update', 'Update Preview'),
      title('2026-11'),
      true,
    ],
    [
      'a title with the build behind it',
      `${title('2026-12')} (26100.7462)`,
      `${title('2026-11')} (26100.7171)`,
      true,
    ],
    [
      'another language on both sides',
      '2026-12 Kumulatives Update für Windows 11 (KB5072033)',
      '2026-11 Kumulatives Update für Windows 11 (KB5068861)',
      true,
    ],
    [
      'one language after another',
      '2026-12 Kumulatives Update für Windows 11 (KB5072033)',
      '2026-11 Cumulative Update for Windows 11 (KB5068861)',
      false,
    ],
    [
      'what is not cumulative',
      '2026-12 Update for Windows 11 (KB5072033)',
      '2026-11 Update for Windows 11 (KB5068861)',
      false,
    ],
    ['a title without a month', 'Cumulative Update (KB5072033)', title('2026-11'), false],
    ['no title', undefined, title('2026-11'), false],
    ['a failure without a title', title('2026-12'), undefined, false],
  ])('%s', (_, success, failure, expected) => {
    expect(supersedes(success, failure)).toBe(expected);
  });

  it('needs an installation, after the failure, and a failure of that update', () => {
    const [december, november] = [title('2026-12'), title('2026-11')];
    expect(supersedes(december, november, { phase: 'download' })).toBe(false);
    expect(supersedes(december, november, { at: FAILED_AT })).toBe(false);
    expect(supersedes(december, november, { at: 'no time' })).toBe(false);
    expect(supersedes(december, november, { failedPhase: 'scan' })).toBe(false);
    expect(supersedes(december, november, { failedPhase: 'install' })).toBe(true);
  });

  it('knows no month 13', () => {
    expect(cumulativeUpdateOf(title('2026-13'))).toBeUndefined();
    expect(cumulativeUpdateOf(` ${title('2026-12')} `)?.month).toBe('2026-12');
  });
});
