import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { damaged } from '../../testing/damage';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { Unavailable } from '../windows/windows';
import { type DetectionReader, type Observation } from './observation';
import { WindowsUpdateLog } from './windows-update-log';

const fixtures = join(import.meta.dirname, 'fixtures');
const EVER = new Date(0);

describe('WindowsUpdateLog', () => {
  let path: string;
  let reader: DetectionReader;
  let bookmark: string | undefined;

  beforeEach(() => {
    path = join(temporaryFolder(), 'WindowsUpdate.log');
    reader = new WindowsUpdateLog(path, () => Promise.resolve('windows-1252'));
    bookmark = undefined;
  });
  afterEach(removeTemporaryFolders);

  const readOn = async (): Promise<Observation[]> => {
    const observations: Observation[] = [];
    for (let more = true; more;) {
      const reading = await reader.read(bookmark, EVER);
      observations.push(...reading.observations);
      ({ bookmark, more } = reading);
    }
    return observations;
  };

  it('reads what Windows reported, and none of the codes in other lines', async () => {
    copyFileSync(join(fixtures, 'windows-update-ansi.log'), path);
    expect(await readOn()).toMatchObject([
      { outcome: 'success', phase: 'scan' },
      {
        source: 'windows-update-log',
        outcome: 'failure',
        phase: 'install',
        code: '0x80070002',
        update: { kb: 'KB2667402', title: 'Sicherheitsupdate für Windows 7 (KB2667402)' },
        at: new Date('2013-01-27T09:58:33.171Z'),
      },
      { outcome: 'failure', phase: 'download', code: '0x80070003' },
    ]);
    expect(await readOn()).toEqual([]);
  });

  it('finds nothing in the note that Windows 10 leaves in its place', async () => {
    copyFileSync(join(fixtures, 'windows-update-windows-10.log'), path);
    expect(await readOn()).toEqual([]);
  });

  it('reads titles in the code page of the machine', async () => {
    const whole = readFileSync(join(fixtures, 'windows-update-ansi.log'), 'latin1');
    reader = new WindowsUpdateLog(path, () => Promise.resolve('shift_jis'));
    const text = whole.replace('Sicherheitsupdate für', '\x83\x5c\x83\x74');
    writeFileSync(path, Buffer.from(text, 'latin1'));
    const titles = (await readOn()).map(({ update }) => update.title);
    expect(titles).toContain('ソフ Windows 7 (KB2667402)');
  });

  it('reads on from where it was, also in the middle of a line', async () => {
    const whole = readFileSync(join(fixtures, 'windows-update-ansi.log'));
    writeFileSync(path, whole.subarray(0, 900));
    const first = await readOn();
    appendFileSync(path, whole.subarray(900));
    expect([...first, ...(await readOn())]).toHaveLength(3);
  });

  it('is unavailable while there is none', async () => {
    await expect(reader.read(undefined, EVER)).rejects.toThrow(Unavailable);
  });

  it('never throws, whatever happened to the file', async () => {
    const whole = readFileSync(join(fixtures, 'windows-update-ansi.log'));
    await fc.assert(
      fc.asyncProperty(damaged(whole), fc.boolean(), async (bytes, startOver) => {
        writeFileSync(path, bytes);
        if (startOver) bookmark = undefined;
        for (const { record } of await readOn()) expect(record.length).toBeLessThanOrEqual(8000);
      }),
      { numRuns: 80 },
    );
  });
});
