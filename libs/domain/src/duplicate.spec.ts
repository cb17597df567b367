import fc from 'fast-check';
import {
  type ComparedMachine,
  DUPLICATE_STATES,
  duplicateLifeCycle,
  FAREWELL_MS,
  likenessOf,
} from './duplicate';
import { type MachineHints } from './machine-hints';

const BOARD = '4c4c4544-0042-3510-8052-b3c04f4b4e32';
const OTHER_BOARD = '564d1f7a-7b0e-3c55-9a50-61f5c1b0d3e2';
const JUNK = '03000200-0400-0500-0006-000700080009';
const NOW = new Date('2026-11-20T12:00:00Z');
const DAY = 24 * 3_600_000;
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds);

const hints: MachineHints = { smbiosUuid: BOARD, machineGuid: 'a', hostname: 'PC-1' };
/** Enrolled a year ago, last seen before the newer one came. */
const silent: ComparedMachine = {
  hints,
  enrolledAt: ago(365 * DAY),
  online: false,
  lastSeenAt: ago(3 * DAY),
};
const living: ComparedMachine = { ...silent, online: true };

function newer(change: Partial<MachineHints>): ComparedMachine {
  return {
    hints: { ...hints, ...change },
    enrolledAt: ago(2 * DAY),
    online: true,
    lastSeenAt: NOW,
  };
}

describe('what two machines are to each other', () => {
  it.each<[string, ComparedMachine, Partial<MachineHints>, string | undefined, string]>([
    ['Windows anew on the board', silent, { machineGuid: 'b' }, 're-image', 'smbios-uuid hostname'],
    [
      'the same under a new name',
      silent,
      { machineGuid: 'b', hostname: 'PC-2' },
      're-image',
      'smbios-uuid',
    ],
    ['one firmware for two boards', living, { machineGuid: 'b' }, 'clone', 'smbios-uuid hostname'],
    ['all the same', silent, {}, 're-enrolled', 'smbios-uuid machine-guid hostname'],
    ['all the same, twice', living, {}, 'clone', 'smbios-uuid machine-guid hostname'],
    ['a new name', silent, { hostname: 'PC-2' }, 'renamed', 'smbios-uuid machine-guid'],
    ['two names at once', living, { hostname: 'PC-2' }, 'clone', 'smbios-uuid machine-guid'],
    ['a new board', silent, { smbiosUuid: OTHER_BOARD }, 'moved', 'machine-guid hostname'],
    ['a copied disk', living, { smbiosUuid: OTHER_BOARD }, 'clone', 'machine-guid hostname'],
    [
      'a copied disk, named anew',
      silent,
      { smbiosUuid: OTHER_BOARD, hostname: 'PC-2' },
      'clone',
      'machine-guid',
    ],
    [
      'another board and Windows under the old name',
      silent,
      { smbiosUuid: OTHER_BOARD, machineGuid: 'b' },
      undefined,
      '',
    ],
    [
      'no board known, another name',
      silent,
      { smbiosUuid: undefined, hostname: 'PC-2' },
      'clone',
      'machine-guid',
    ],
    ['only the name', silent, { smbiosUuid: JUNK, machineGuid: 'b' }, 're-image', 'hostname'],
    ['only the name, both live', living, { smbiosUuid: JUNK, machineGuid: 'b' }, undefined, ''],
    [
      'nothing',
      silent,
      { smbiosUuid: OTHER_BOARD, machineGuid: 'b', hostname: 'PC-2' },
      undefined,
      '',
    ],
  ])('%s', (_, older, change, kind, evidence) => {
    const found = likenessOf(older, newer(change), NOW);
    expect(found).toEqual(kind && { kind, evidence: evidence.split(' ') });
  });

  it('knows a copied key, whatever else is different', () => {
    const change = { smbiosUuid: OTHER_BOARD, machineGuid: 'b', hostname: 'PC-2' };
    expect(likenessOf(silent, newer(change), NOW, true)).toEqual({
      kind: 'clone',
      evidence: ['key'],
    });
  });

  it('needs no time to see that both live when one came with the key that the other uses', () => {
    const young = { ...newer({ hostname: 'PC-2' }), enrolledAt: NOW };
    expect(likenessOf(living, young, NOW, true)).toMatchObject({ kind: 'clone' });
    expect(likenessOf(silent, young, NOW, true)).toMatchObject({ kind: 'renamed' });
  });

  it('waits with its judgement while the old identity may just be ending', () => {
    const young = { ...newer({ hostname: 'PC-2' }), enrolledAt: ago(FAREWELL_MS / 2) };
    expect(likenessOf(living, young, NOW)).toBe('undecided');
    expect(likenessOf(living, young, new Date(NOW.getTime() + FAREWELL_MS))).toMatchObject({
      kind: 'clone',
    });
    const gone = { ...living, online: false, lastSeenAt: NOW };
    expect(likenessOf(gone, young, NOW)).toMatchObject({ kind: 'renamed' });
  });

  const anyHints = fc.record({
    smbiosUuid: fc.constantFrom(undefined, BOARD, OTHER_BOARD, JUNK),
    machineGuid: fc.constantFrom(undefined, 'a', 'b'),
    hostname: fc.constantFrom('PC-1', 'pc-1', 'PC-2'),
  });
  const anyMachine = fc.record({
    hints: anyHints,
    enrolledAt: fc.integer({ min: 1, max: 99 }).map((days) => ago(days * DAY)),
    online: fc.boolean(),
    lastSeenAt: fc.option(fc.integer({ min: 0, max: 99 }).map((days) => ago(days * DAY))),
  });

  it('is the same from both sides, and never without evidence', () => {
    fc.assert(
      fc.property(anyMachine, anyMachine, fc.boolean(), (a, b, copied) => {
        const found = likenessOf(a, b, NOW, copied);
        if (a.enrolledAt.getTime() !== b.enrolledAt.getTime()) {
          expect(likenessOf(b, a, NOW, copied)).toEqual(found);
        }
        if (typeof found === 'object') expect(found.evidence.length).toBeGreaterThan(0);
        if (copied) expect(found).toBeDefined();
      }),
    );
  });

  it('is never one computer while both live', () => {
    fc.assert(
      fc.property(anyHints, anyHints, (a, b) => {
        const found = likenessOf({ ...living, hints: a }, newer(b), NOW);
        if (found !== undefined) expect(found).toMatchObject({ kind: 'clone' });
      }),
    );
  });
});

it('a pair ends when it is merged, and only then', () => {
  for (const state of DUPLICATE_STATES) {
    expect(duplicateLifeCycle.isEnd(state)).toBe(state === 'merged');
  }
});
