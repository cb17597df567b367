import { relativeTime } from './relative-time';

const now = Date.parse('2026-03-10T12:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [-44 * SECOND, 'just now'],
    [20 * SECOND, 'just now'],
    [-50 * SECOND, '1 minute ago'],
    [-119 * SECOND, '1 minute ago'],
    [-59 * MINUTE, '59 minutes ago'],
    [-HOUR, '1 hour ago'],
    [-23 * HOUR, '23 hours ago'],
    [-DAY, 'yesterday'],
    [-13 * DAY, '13 days ago'],
    [3 * DAY, 'in 3 days'],
    [-40 * DAY, '29 Jan 2026'],
  ])('says %d ms from now as "%s"', (distance, words) => {
    expect(relativeTime(new Date(now + distance).toISOString(), now)).toBe(words);
  });

  it('has no words for what is no time', () => {
    expect(relativeTime('soon', now)).toBe('–');
  });
});
