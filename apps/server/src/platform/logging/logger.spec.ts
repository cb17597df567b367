import { Logger } from './logger';
import { readableLines } from './readable-lines';

describe('Logger', () => {
  it('writes no secret', () => {
    const lines: string[] = [];
    const logger = Logger.open('trace', { write: (line) => lines.push(line) });
    logger.info(
      { password: 'hunter2', body: { token: 'hunter2', proof: 'hunter2' }, hostname: 'PC-1' },
      'hello',
    );
    expect(lines.join()).not.toMatch(/hunter2/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', hostname: 'PC-1' });
  });

  it('writes lines for people, with the stack of an error', () => {
    let text = '';
    const out = readableLines({ write: (part) => (text += part) });
    const logger = Logger.open('info', out);
    logger.warn({ machines: 3, err: new Error('broken') }, 'something failed');
    expect(text).toMatch(/^\d\d:\d\d:\d\d warn {2}something failed machines=3\nError: broken\n/);
  });
});
