import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.mjs';

describe('the options of npm start', () => {
  test.each([
    [[], { demo: 0, help: false }],
    [['--demo'], { demo: 40, help: false }],
    [['--demo=200'], { demo: 200, help: false }],
    [['--help'], { demo: 0, help: true }],
  ])('%j', (args, expected) => {
    expect(parseOptions(args)).toEqual(expected);
  });

  test.each(['--demo=', '--demo=0', '--demo=-1', '--demo=many', '--demo=1e3', '--demo=5001'])(
    '%s is refused with the limits',
    (arg) => {
      expect(() => parseOptions([arg])).toThrow('must be from 1 to 5000');
    },
  );

  test.each(['--port=1', 'demo', '--demos', '-x'])('%s is refused by name', (arg) => {
    expect(() => parseOptions([arg])).toThrow(`npm start doesn't know "${arg}"`);
  });
});
