import fc from 'fast-check';
import { PHASES, UPDATE_SOURCES } from './failure';
import { type FingerprintedFailure, fingerprintOf } from './fingerprint';
import { osFamilyOf } from './os-family';

const failure: FingerprintedFailure = {
  code: '0x80070002',
  phase: 'download',
  update: { id: 'aaaaaaaa-0000-4000-8000-000000000001', revision: 2, kb: 'KB5043080' },
  updateSource: 'windows-update',
};

describe('fingerprintOf', () => {
  it('is the code, phase, update, source and OS family', () => {
    expect(fingerprintOf(failure, 26100)).toEqual({
      key: '0x80070002|-|download|kb:KB5043080|windows-update|Windows 11 24H2',
      code: '0x80070002',
      phase: 'download',
      update: { key: 'kb:KB5043080', label: 'KB5043080' },
      updateSource: 'windows-update',
      osFamily: 'Windows 11 24H2',
    });
  });

  it('goes by the KB, not by what changes from offer to offer', () => {
    const again = {
      ...failure,
      update: {
        id: 'bbbbbbbb-0000-4000-8000-000000000002',
        revision: 9,
        kb: 'kb5043080',
        title: 'x',
      },
    };
    expect(fingerprintOf(again, 26100).key).toBe(fingerprintOf(failure, 26100).key);
  });

  it('goes by the id where there is no KB, and by nothing for a scan', () => {
    const id = 'AAAAAAAA-0000-4000-8000-000000000001';
    expect(fingerprintOf({ ...failure, update: { id, title: 'Driver' } }, 1).update).toEqual({
      key: `id:${id.toLowerCase()}`,
      label: 'Driver',
    });
    expect(fingerprintOf({ ...failure, update: {} }, 1).update.key).toBe('-');
  });

  it('has another key as soon as one part differs', () => {
    // Few values and all the characters that could be mistaken for a separator.
    const part = fc.string({ unit: fc.constantFrom('a', '|', '\\', '-', ':'), maxLength: 4 });
    const anyFailure = fc.record({
      code: fc.constantFrom('0x80070002', '0x80070003'),
      extendedCode: fc.constantFrom(undefined, '0x0004000D', '0x00020007'),
      phase: fc.constantFrom(...PHASES),
      update: fc.oneof(
        fc.constant({}),
        part.map((id) => ({ id })),
        part.map((kb) => ({ kb })),
      ),
      updateSource: fc.constantFrom(...UPDATE_SOURCES),
    });
    const anyBuild = fc.constantFrom(19045, 26100, 12345);
    const partsOf = (one: FingerprintedFailure, build: number) => [
      one.code,
      one.extendedCode,
      one.phase,
      one.update.kb?.toUpperCase(),
      one.update.id?.toLowerCase(),
      one.updateSource,
      build,
    ];
    fc.assert(
      fc.property(anyFailure, anyBuild, anyFailure, anyBuild, (a, buildA, b, buildB) => {
        const sameKey = fingerprintOf(a, buildA).key === fingerprintOf(b, buildB).key;
        const same = JSON.stringify(partsOf(a, buildA)) === JSON.stringify(partsOf(b, buildB));
        expect(sameKey).toBe(same);
      }),
    );
    fc.assert(
      fc.property(part, part, (x, y) => {
        const key = (kb: string) => fingerprintOf({ ...failure, update: { kb } }, 1).key;
        expect(key(x) === key(y)).toBe(x.toUpperCase() === y.toUpperCase());
      }),
    );
  });
});

describe('osFamilyOf', () => {
  it.each([
    [26100, 'Windows 11 24H2'],
    [19045, 'Windows 10 22H2'],
    [20348, 'Windows Server 2022'],
    [12345, 'build 12345'],
  ])('names build %d %s', (build, family) => {
    expect(osFamilyOf(build)).toBe(family);
  });
});
