import { durationWords } from './duration';

describe('durationWords', () => {
  const start = '2026-01-01T08:00:00.000Z';
  it.each([
    ['2026-01-01T08:00:00.250Z', '0.3 s'],
    ['2026-01-01T08:00:12.400Z', '12 s'],
    ['2026-01-01T08:03:05.000Z', '3 min 5 s'],
    ['2026-01-01T10:10:59.000Z', '2 h 10 min'],
    ['2026-01-01T07:59:59.000Z', '–'],
    ['nonsense', '–'],
  ])('until %s: %s', (end, words) => {
    expect(durationWords(start, end)).toBe(words);
  });
});
