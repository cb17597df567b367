import { type Success, closesFailure, countsForHealth } from './failure-life-cycle';
import type { Phase, UpdateIdentity } from './failure';

const id = 'aaaaaaaa-0000-4000-8000-000000000001';
const otherId = 'bbbbbbbb-0000-4000-8000-000000000002';
const noon = '2026-11-20T12:00:00.000Z';
const later = '2026-11-20T12:00:01.000Z';

function closes(
  success: readonly [Success['phase'], UpdateIdentity],
  failure: readonly [Phase, UpdateIdentity],
  succeededAt = later,
): boolean {
  return closesFailure(
    { phase: success[0], update: success[1], occurredAt: succeededAt },
    { phase: failure[0], update: failure[1], occurredAt: noon },
  );
}

describe('closesFailure', () => {
  const same = { id, revision: 200 };

  it.each<[string, Success['phase'], UpdateIdentity, Phase, UpdateIdentity, boolean]>([
    ['the same update installed', 'install', same, 'install', same, true],
    ['… in upper case', 'install', { id: id.toUpperCase() }, 'install', same, true],
    ['… after a failed download', 'install', same, 'download', same, true],
    ['… after a failure of unknown phase', 'install', same, 'unknown', same, true],
    ['… in a later revision', 'install', { id, revision: 201 }, 'install', same, true],
    ['… in an earlier revision', 'install', { id, revision: 199 }, 'install', same, false],
    [
      '… in an earlier revision of the same KB',
      'install',
      { id, revision: 199, kb: 'KB1' },
      'install',
      { ...same, kb: 'KB1' },
      false,
    ],
    ['another update', 'install', { id: otherId }, 'install', same, false],
    [
      'the KB offered anew',
      'install',
      { id: otherId, kb: 'KB5043080' },
      'install',
      { ...same, kb: 'kb5043080' },
      true,
    ],
    ['a success without a name', 'install', {}, 'install', {}, false],
    ['a download after a failed download', 'download', same, 'download', same, true],
    ['a download after a failed installation', 'download', same, 'install', same, false],
    ['a scan after a failed scan', 'scan', {}, 'scan', {}, true],
    ['a scan after a failed download', 'scan', {}, 'download', same, false],
    ['an installation after a failed scan', 'install', same, 'scan', {}, false],
  ])('%s', (_, phase, update, failedPhase, failedUpdate, expected) => {
    expect(closes([phase, update], [failedPhase, failedUpdate])).toBe(expected);
  });

  it.each([noon, '2026-11-20T11:59:59.999Z', 'no time'])('a success of %s is none', (at) => {
    expect(closes(['install', same], ['install', same], at)).toBe(false);
  });

  it('compares moments, not texts', () => {
    expect(closes(['install', same], ['install', same], '2026-11-20T12:00:00.5Z')).toBe(true);
  });
});

it.each([
  ['windows', true],
  ['driver', true],
  ['feature', true],
  ['store-app', false],
  ['defender-definitions', false],
] as const)('%s counts for the health of Windows Update: %s', (kind, counts) => {
  expect(countsForHealth(kind)).toBe(counts);
});
