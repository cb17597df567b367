import fc from 'fast-check';
import { profileOf } from './fleet';
import { habitOf, presenceAt } from './habit';

const HOUR = 3_600_000;
const profiles = Array.from({ length: 300 }, (_, index) => profileOf('habits', index));
const monday = Date.parse('2026-11-16T00:00:00.000Z');

const presentShare = (at: number) =>
  profiles.filter((profile) => presenceAt(profile, at).from <= at).length / profiles.length;

it('is there at noon, rarely at night, and hardly on Sundays, but servers always', () => {
  const europe = 12 * HOUR;
  expect(presentShare(monday + europe)).toBeGreaterThan(0.6);
  expect(presentShare(monday + 3 * HOUR)).toBeLessThan(0.4);
  expect(presentShare(monday - 12 * HOUR)).toBeLessThan(0.4);
  for (const profile of profiles.filter(({ version }) => version.isServer)) {
    expect(habitOf(profile)).toBe('always-on');
  }
});

it('goes from presence to presence without overlaps or gaps in time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...profiles),
      fc.integer({ min: 0, max: 14 * 24 }),
      (one, hours) => {
        const at = monday + hours * HOUR;
        const now = presenceAt(one, at);
        expect(now.to).toBeGreaterThan(at);
        if (now.to === Infinity) return;
        expect(presenceAt(one, now.from)).toEqual(now);
        const next = presenceAt(one, now.to);
        expect(next.from).toBeGreaterThan(now.to);
      },
    ),
  );
});
