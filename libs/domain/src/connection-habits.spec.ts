import fc from 'fast-check';
import {
  ALWAYS_OPEN,
  connectionProbability,
  type ConnectionHabits,
  expectedHours,
  HOURS_OF_WEEK,
  hourOfWeek,
} from './connection-habits';

const MONDAY = new Date('2026-11-23T00:00:00Z');
const hoursLater = (hours: number) => new Date(MONDAY.getTime() + hours * 3_600_000);
const habitsBy = (connected: (hour: number) => number, looks = 8): ConnectionHabits => ({
  looks: Array.from({ length: HOURS_OF_WEEK }, () => looks),
  connected: Array.from({ length: HOURS_OF_WEEK }, (_, hour) => connected(hour) * looks),
});
const OFFICE = habitsBy((hour) => (hour < 120 && hour % 24 >= 8 && hour % 24 < 17 ? 1 : 0));
const NIGHTS = (at: Date) => at.getUTCHours() < 4;
const EMPTY: ConnectionHabits = { looks: [], connected: [] };

describe('hourOfWeek', () => {
  it.each([
    ['2026-11-23T00:00:00Z', 0],
    ['2026-11-23T00:59:59Z', 0],
    ['2026-11-22T23:30:00Z', 167],
    ['1969-12-29T00:00:00Z', 0],
  ])('%s is %d', (at, hour) => {
    expect(hourOfWeek(new Date(at))).toBe(hour);
  });
});

describe('connectionProbability', () => {
  it('is a coin for a machine that nobody has looked at', () => {
    expect(connectionProbability(EMPTY, MONDAY)).toBe(0.5);
  });

  it('follows what was seen in that hour', () => {
    expect(connectionProbability(OFFICE, hoursLater(10))).toBeGreaterThan(0.9);
    expect(connectionProbability(OFFICE, hoursLater(3))).toBeLessThan(0.1);
  });

  it('is above 0 and below 1, and rises with what was seen', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(HOURS_OF_WEEK - 1), (seen, more, hour) => {
        const at = hoursLater(hour);
        const habits = (connected: number): ConnectionHabits => ({
          looks: Array.from({ length: HOURS_OF_WEEK }, () => seen + more),
          connected: Array.from({ length: HOURS_OF_WEEK }, (_, n) => (n === hour ? connected : 0)),
        });
        const [few, many] = [habits(0), habits(seen)].map((each) =>
          connectionProbability(each, at),
        );
        expect(few).toBeGreaterThan(0);
        expect(many).toBeLessThan(1);
        expect(many).toBeGreaterThanOrEqual(few!);
      }),
    );
  });
});

describe('expectedHours', () => {
  it('is next to nothing for a machine that is always there', () => {
    expect(
      expectedHours(
        habitsBy(() => 1),
        ALWAYS_OPEN,
        MONDAY,
      ),
    ).toBeLessThan(0.1);
  });

  it('waits for the morning, and over the weekend', () => {
    expect(expectedHours(OFFICE, ALWAYS_OPEN, MONDAY)).toBeGreaterThan(5);
    const saturday = expectedHours(OFFICE, ALWAYS_OPEN, hoursLater(120)) ?? 0;
    expect(saturday).toBeGreaterThan(expectedHours(OFFICE, ALWAYS_OPEN, hoursLater(96)) ?? 0);
  });

  it('is null when no window opens', () => {
    expect(expectedHours(OFFICE, () => false, MONDAY)).toBeNull();
  });

  it('is longer inside windows than without them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { minLength: 168, maxLength: 168 }), (connected) => {
        const habits = { looks: connected.map(() => 8), connected };
        const inWindow = expectedHours(habits, NIGHTS, MONDAY);
        const anyTime = expectedHours(habits, ALWAYS_OPEN, MONDAY);
        if (inWindow !== null) expect(inWindow).toBeGreaterThanOrEqual(anyTime ?? Infinity);
      }),
    );
  });
});
