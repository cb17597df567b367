import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { damaged } from '../../testing/damage';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { Unavailable } from '../windows/windows';
import { cbsClueOf } from './cbs-line';
import { CbsLog } from './cbs-log';
import { type Clue } from './observation';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'cbs.log');
const EVER = new Date(0);
const line = (second: number, level: string, text: string) =>
  `2026-11-20 12:00:${String(second).padStart(2, '0')}, ${level.padEnd(22)}CBS    ${text}\r\n`;
const failed = (second: number, code: string) =>
  line(second, 'Error', `Failed to perform operation.  [HRESULT = ${code} - NAME]`);

describe('a line of CBS.log', () => {
  it('is local time', () => {
    expect(cbsClueOf(failed(7, '0x800f081f').trimEnd())).toMatchObject({
      code: '0x800F081F',
      at: new Date(2026, 10, 20, 12, 0, 7),
      isVerdict: false,
    });
  });

  it.each([
    ['Package_for_KB5034441~31bf3856ad364e35~amd64~~10.0.1.3', 'KB5034441'],
    ['Package_49_for_KB3003743~31bf3856ad364e35~amd64~~6.1.1.1', 'KB3003743'],
    ['Package_for_KB3003743_SP1~31bf3856ad364e35~amd64~~6.1.1.1', 'KB3003743'],
    ['Package_for_RollupFix~31bf3856ad364e35~amd64~~26100.7171.1.12', undefined],
  ])('knows the KB of %s', (name, kb) => {
    const text = `Exec: Processing complete.  Session: 1_2, Package: ${name} [HRESULT = 0x80073712]`;
    const clue = cbsClueOf(line(1, 'Info', text).trimEnd());
    expect(clue).toMatchObject({ code: '0x80073712', isVerdict: kb !== undefined });
    expect(clue?.kb).toBe(kb);
  });

  it.each([
    ['no error', line(1, 'Info', 'Exec: Processing complete. [HRESULT = 0x00000000 - S_OK]')],
    ['routine', line(1, 'Info', 'Failed to get next element [HRESULT = 0x800f080d - NAME]')],
    ['a probe', line(1, 'Error', 'Failed to evaluate applicability [HRESULT = 0x80070057]')],
    ['put aside', failed(1, '0x800f0816')],
    ['no time', failed(1, '0x800f081f').replace('2026-11-20', 'yesterday ')],
    ['nothing', ''],
  ])('is no clue when it is %s', (_, text) => {
    expect(cbsClueOf(text.trimEnd())).toBeUndefined();
  });
});

describe('CbsLog', () => {
  let folder: string;
  let reader: CbsLog;
  let bookmark: string | undefined;

  beforeEach(() => {
    folder = join(temporaryFolder(), 'CBS');
    mkdirSync(folder);
    reader = new CbsLog(folder, () => Promise.resolve('windows-1252'));
    bookmark = undefined;
  });
  afterEach(removeTemporaryFolders);

  const log = () => join(folder, 'CBS.log');
  const roll = (name: string) => {
    renameSync(log(), join(folder, name));
  };
  const readOn = async (since = EVER): Promise<readonly Clue[]> => {
    const clues: Clue[] = [];
    for (let more = true; more;) {
      const reading = await reader.read(bookmark, since);
      clues.push(...(reading.clues ?? []));
      ({ bookmark, more } = reading);
    }
    return clues;
  };
  const codes = async (since?: Date) => (await readOn(since)).map(({ code }) => code);

  it('takes the errors and the verdict, and nothing of what is routine', async () => {
    copyFileSync(FIXTURE, log());
    expect(await readOn()).toMatchObject([
      { code: '0x80070002', isVerdict: false },
      { code: '0x800F0922', kb: 'KB5068861', isVerdict: true },
      { code: '0x800F0922', isVerdict: false },
    ]);
    expect(await readOn()).toEqual([]);
  });

  it('says the same error once a minute', async () => {
    writeFileSync(log(), [1, 2, 3].map((second) => failed(second, '0x800f081f')).join(''));
    expect(await codes()).toEqual(['0x800F081F']);
  });

  it('reads what was written before and after the log was put aside', async () => {
    writeFileSync(log(), failed(1, '0x80070001'));
    expect(await codes()).toEqual(['0x80070001']);
    appendFileSync(log(), failed(2, '0x80070002'));
    roll('CbsPersist_20261120120002.log');
    writeFileSync(log(), failed(3, '0x80070003'));
    expect(await codes()).toEqual(['0x80070002', '0x80070003']);
    expect(await codes()).toEqual([]);
    appendFileSync(log(), failed(4, '0x80070004'));
    expect(await codes()).toEqual(['0x80070004']);
  });

  it('goes on with the new log when the old one was packed already', async () => {
    writeFileSync(log(), failed(1, '0x80070001'));
    await codes();
    rmSync(log());
    writeFileSync(join(folder, 'CbsPersist_20261120120002.cab'), 'MSCF');
    writeFileSync(log(), failed(3, '0x80070003'));
    expect(await codes()).toEqual(['0x80070003']);
  });

  it('begins with what was put aside lately', async () => {
    writeFileSync(log(), failed(1, '0x80070001'));
    roll('CbsPersist_20260101120000.log');
    utimesSync(join(folder, 'CbsPersist_20260101120000.log'), 1, 1);
    writeFileSync(log(), failed(2, '0x80070002'));
    roll('CbsPersist_20261120120002.log');
    writeFileSync(log(), failed(3, '0x80070003'));
    expect(await codes(new Date(2026, 10, 1))).toEqual(['0x80070002', '0x80070003']);
  });

  it('is unavailable where there is no log', async () => {
    await expect(reader.read(undefined, EVER)).rejects.toThrow(Unavailable);
    rmSync(folder, { recursive: true });
    await expect(reader.read(undefined, EVER)).rejects.toThrow(Unavailable);
  });

  it('never throws, whatever happened to the file', async () => {
    const whole = readFileSync(FIXTURE);
    await fc.assert(
      fc.asyncProperty(damaged(whole), fc.boolean(), async (bytes, startOver) => {
        writeFileSync(log(), bytes);
        if (startOver) bookmark = undefined;
        for (const { record } of await readOn()) expect(record.length).toBeLessThanOrEqual(8000);
      }),
      { numRuns: 80 },
    );
  });
});
