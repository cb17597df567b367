import fc from 'fast-check';
import {
  CLIENT_UPDATE_REASONS,
  clientUpdateLifeCycle,
  compareClientVersions,
  speaksAgainstRelease,
  traitsOfReason,
} from './client-update';

const version = fc.tuple(fc.nat(999_999), fc.nat(999_999), fc.nat(999_999));

describe('versions of the client', () => {
  it('are compared number by number', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = a.map((number, index) => number - b[index]!).find((n) => n !== 0) ?? 0;
        expect(Math.sign(compareClientVersions(a.join('.'), b.join('.'))!)).toBe(Math.sign(order));
      }),
    );
  });

  it.each(['', '1', '1.2', '1.2.3.4', '01.2.3', '1.2.x', '1.2.3-beta', ' 1.2.3', '1.2.1234567'])(
    '%j is none',
    (text) => {
      expect(compareClientVersions(text, '1.2.3')).toBeUndefined();
      expect(compareClientVersions('1.2.3', text)).toBeUndefined();
    },
  );
});

describe('the update of a client', () => {
  it('can reach every state and leave every one', () => {
    const reached = new Set([clientUpdateLifeCycle.start]);
    for (const state of reached) {
      for (const next of clientUpdateLifeCycle.movesFrom(state)) reached.add(next);
      expect(clientUpdateLifeCycle.isEnd(state)).toBe(false);
    }
    expect([...reached].sort()).toEqual([...clientUpdateLifeCycle.states].sort());
  });

  it('speaks against its release only when the release is to blame', () => {
    expect(speaksAgainstRelease('rolled-back', 'crashes')).toBe(true);
    expect(speaksAgainstRelease('rolled-back', 'server-unreachable')).toBe(false);
    expect(speaksAgainstRelease('failed', 'wrong-content')).toBe(true);
    expect(speaksAgainstRelease('failed', 'disk-full')).toBe(false);
    expect(speaksAgainstRelease('installed', 'crashes')).toBe(false);
    expect(speaksAgainstRelease('lost', null)).toBe(true);
  });

  it('is not tried again for whatever blames the release, or for a reason that nobody knows', () => {
    for (const [reason, { blamesRelease }] of Object.entries(CLIENT_UPDATE_REASONS)) {
      if (blamesRelease) expect(traitsOfReason(reason).final).toBe(true);
    }
    expect(traitsOfReason('of-a-later-version')).toEqual({ final: true, blamesRelease: false });
  });
});
