import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTemporaryFolders, temporaryFolder } from '../testing/temporary-folder';
import { fileLog } from './log';

describe('fileLog', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(removeTemporaryFolders);

  it('writes one JSON object per line', () => {
    fileLog(folder).error('It failed.', { error: new Error('why'), number: 1 });
    const line: unknown = JSON.parse(readFileSync(join(folder, 'client.log'), 'utf8'));
    expect(line).toMatchObject({
      level: 'error',
      message: 'It failed.',
      error: 'Error: why',
      number: 1,
    });
  });

  it('keeps a few full files and no more', () => {
    const log = fileLog(folder, undefined, 200);
    for (let index = 0; index < 60; index += 1) log.info('x'.repeat(100), { index });
    expect(readdirSync(folder).sort()).toEqual([
      'client.1.log',
      'client.2.log',
      'client.3.log',
      'client.4.log',
      'client.5.log',
      'client.log',
    ]);
  });

  it('never throws, also where nothing can be written', () => {
    const said: string[] = [];
    writeFileSync(join(folder, 'file'), '');
    fileLog(join(folder, 'file'), (line) => said.push(line)).info('hello');
    expect(said.join('\n')).toContain("can't be written");
  });
});
