import { describe, expect, test } from '@jest/globals';
import { parseSource, projectSources } from './sources.mjs';
import { rules } from './rules.mjs';

const sources = projectSources();

describe('the architecture', () => {
  test('has sources to look at', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test.each(rules)('$name', ({ find }) => {
    expect(find(sources)).toEqual([]);
  });
});

describe('a breach is caught:', () => {
  test.each(rules)('$name', ({ find, breach }) => {
    const known = new Set(breach.map(([file]) => file));
    const broken = breach.map(([file, text]) => parseSource(file, text, known));
    expect(find(broken)).toHaveLength(1);
  });
});
