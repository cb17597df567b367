import { appendFileSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { Unavailable } from '../windows/windows';
import { type Observation } from './observation';
import { ReportingEvents } from './reporting-events';

const fixtures = join(import.meta.dirname, 'fixtures');
const EVER = new Date(0);

describe('ReportingEvents', () => {
  let path: string;
  let reader: ReportingEvents;
  let bookmark: string | undefined;

  beforeEach(() => {
    path = join(temporaryFolder(), 'ReportingEvents.log');
    reader = new ReportingEvents(path);
    bookmark = undefined;
  });
  afterEach(removeTemporaryFolders);

  /** Reads on to the end. */
  const readOn = async (): Promise<Observation[]> => {
    const observations: Observation[] = [];
    for (let more = true; more;) {
      const reading = await reader.read(bookmark, EVER);
      observations.push(...reading.observations);
      ({ bookmark, more } = reading);
    }
    return observations;
  };
  const summary = (observations: readonly Observation[]) =>
    observations.map(({ outcome, phase, code, update }) =>
      [outcome, phase, code ?? '-', update.kb ?? '-'].join(' '),
    );
  const use = (fixture: string) => {
    copyFileSync(join(fixtures, fixture), path);
  };
  const failedScan = (code: string) =>
    `{A}\t2026-11-20 13:14:20:702+0100\t1\t148\t101\t{0}\t0\t${code}\tx\tFailure\tSoftware Synchronization\tm\r\n`;

  it.each(['windows-11-utf16.log', 'windows-11-utf8.log'])('understands %s', async (fixture) => {
    use(fixture);
    expect(summary(await readOn())).toEqual([
      'failure install 0x80070002 KB5068861',
      'failure scan 0x80240438 -',
      'failure download 0x80070003 -',
      'success install - KB5068861',
      'success scan - -',
      'failure install 0x8024200B -',
    ]);
  });

  it('understands the old form and the one with two columns', async () => {
    use('windows-7.log');
    expect(summary(await readOn())).toEqual([
      'success scan - -',
      'failure install 0x80070002 KB2667402',
    ]);
    use('two-columns.log');
    expect(await readOn()).toMatchObject([{ code: '0x80242015', updateKind: 'store-app' }]);
  });

  it('leaves a torn last line until it is complete, wherever it is torn', async () => {
    const whole = readFileSync(join(fixtures, 'windows-11-utf16.log'));
    for (const at of [1, 2, 3, 50, 51, 1001, whole.length - 1, whole.length - 2]) {
      bookmark = undefined;
      writeFileSync(path, whole.subarray(0, at));
      const first = await readOn();
      appendFileSync(path, whole.subarray(at));
      expect([...first, ...(await readOn())]).toHaveLength(6);
      expect(await readOn()).toEqual([]);
    }
  });

  it('reads from the start when the file was replaced, cut at its front or truncated', async () => {
    writeFileSync(path, failedScan('80240001') + failedScan('80240002') + failedScan('80240003'));
    expect(await readOn()).toHaveLength(3);
    writeFileSync(path, failedScan('80240002') + failedScan('80240003') + failedScan('80240004'));
    expect(summary(await readOn())).toContain('failure scan 0x80240004 -');
    writeFileSync(path, failedScan('80240005'));
    expect(summary(await readOn())).toEqual(['failure scan 0x80240005 -']);
    truncateSync(path);
    expect(await readOn()).toEqual([]);
    appendFileSync(path, failedScan('80240006'));
    expect(summary(await readOn())).toEqual(['failure scan 0x80240006 -']);
  });

  it('understands UTF-16 that lost its mark', async () => {
    writeFileSync(path, Buffer.from(failedScan('80240001'), 'utf16le'));
    expect(await readOn()).toHaveLength(1);
  });

  it('reads several megabytes in pieces', async () => {
    writeFileSync(path, failedScan('80240001').repeat(30_000));
    const first = await reader.read(undefined, EVER);
    expect(first.more).toBe(true);
    expect(await readOn()).toHaveLength(30_000);
  });

  it('passes over a line that is none, however long', async () => {
    writeFileSync(path, `${'x'.repeat(3_000_000)}\r\n${failedScan('80240001')}`);
    expect(await readOn()).toHaveLength(1);
  });

  it('is unavailable while there is no file, which is no good news', async () => {
    await expect(reader.read(undefined, EVER)).rejects.toThrow(Unavailable);
  });

  it('takes a bookmark that is damaged as none', async () => {
    use('windows-7.log');
    for (const damaged of ['', '{', '[]', '{"offset":-1,"tail":""}']) {
      expect((await reader.read(damaged, EVER)).observations).toHaveLength(2);
    }
  });

  it('never throws, whatever happened to the file', async () => {
    const whole = readFileSync(join(fixtures, 'windows-11-utf16.log'));
    const damage = fc.record({
      from: fc.nat(whole.length),
      length: fc.nat(400),
      with: fc.uint8Array({ maxLength: 400 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { maxLength: 4 }),
        fc.boolean(),
        async (damages, startOver) => {
          let bytes = whole;
          for (const { from, length, with: other } of damages) {
            bytes = Buffer.concat([bytes.subarray(0, from), other, bytes.subarray(from + length)]);
          }
          writeFileSync(path, bytes);
          if (startOver) bookmark = undefined;
          for (const { record } of await readOn()) expect(record.length).toBeLessThanOrEqual(8000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
