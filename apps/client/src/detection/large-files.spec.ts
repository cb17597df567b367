import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { CbsLog } from './cbs-log';
import { type DetectionReader } from './observation';
import { ReportingEvents } from './reporting-events';
import { SetupResults } from './setup-results';
import { WindowsUpdateLog } from './windows-update-log';

const MEGABYTE = 1_048_576;
const LARGE = 50 * MEGABYTE;
const fixtures = join(import.meta.dirname, 'fixtures');
const ansi = () => Promise.resolve('windows-1252');
const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
const registry = { read: () => Promise.resolve(undefined) };

/** A row that tells of nothing, as most do. */
const ROUTINE = `{A}\t2026-11-20 13:14:20:702+0100\t1\t181\t101\t{0}\t0\t0\tx\tSuccess\tInstall\t${'m'.repeat(400)}\r\n`;

/** The files are real and 50 MB long; what is read of them at once is counted where Node reads. */
describe('logs of 50 MB', () => {
  jest.setTimeout(60_000);
  let folder: string;
  let reads: { largest: number; total: number };
  let stopCounting: () => void;

  beforeEach(async () => {
    folder = temporaryFolder();
    reads = { largest: 0, total: 0 };
    const file = await open(join(fixtures, 'cbs.log'), 'r');
    const handles = Object.getPrototypeOf(file) as FileHandle;
    await file.close();
    const original = Object.getOwnPropertyDescriptor(handles, 'read')!;
    const read = original.value as (...values: unknown[]) => Promise<{ bytesRead: number }>;
    Object.defineProperty(handles, 'read', {
      ...original,
      value: async function (this: FileHandle, ...values: unknown[]) {
        const result = await read.apply(this, values);
        reads.largest = Math.max(reads.largest, result.bytesRead);
        reads.total += result.bytesRead;
        return result;
      },
    });
    stopCounting = () => {
      Object.defineProperty(handles, 'read', original);
    };
  });
  afterEach(() => {
    stopCounting();
    removeTemporaryFolders();
  });

  /** Repeats a piece until the file is large. */
  function write(path: string, piece: Buffer): number {
    const times = Math.ceil(MEGABYTE / piece.length);
    const block = Buffer.concat(Array.from({ length: times }, () => piece));
    const file = openSync(path, 'w');
    let blocks = 0;
    for (let size = 0; size < LARGE; size += block.length, blocks += 1) writeSync(file, block);
    closeSync(file);
    return blocks * times;
  }

  /** Reads to the end; counts what was found and how much text of one reading was held. */
  async function readAll(reader: DetectionReader): Promise<{ found: number; held: number }> {
    let bookmark: string | undefined;
    let found = 0;
    let held = 0;
    for (let more = true; more;) {
      const reading = await reader.read(bookmark, new Date(0));
      const records = [...reading.observations, ...(reading.clues ?? [])];
      found += records.length;
      held = Math.max(
        held,
        records.reduce((sum, { record }) => sum + record.length, 0),
      );
      ({ bookmark, more } = reading);
    }
    return { found, held };
  }

  it('are read in pieces: ReportingEvents.log, every row of it', async () => {
    const path = join(folder, 'ReportingEvents.log');
    const rows = readFileSync(join(fixtures, 'windows-11-utf8.log'), 'utf8').replace(/^\uFEFF/, '');
    const times = write(path, Buffer.from(rows + ROUTINE.repeat(30)));
    const { found, held } = await readAll(new ReportingEvents(path));
    expect(found).toBe(times * 6);
    expect(held).toBeLessThanOrEqual(MEGABYTE);
    expect(reads.largest).toBeLessThanOrEqual(MEGABYTE);
    expect(reads.total).toBeLessThan(2 * LARGE);
  });

  it('WindowsUpdate.log', async () => {
    const path = join(folder, 'WindowsUpdate.log');
    const lines = readFileSync(join(fixtures, 'windows-update-ansi.log'));
    const times = write(path, Buffer.concat([lines, Buffer.from(ROUTINE.repeat(30))]));
    const { found } = await readAll(new WindowsUpdateLog(path, ansi));
    expect(found).toBe(times * 3);
    expect(reads.largest).toBeLessThanOrEqual(MEGABYTE);
  });

  it('CBS.log, of which once a minute is enough', async () => {
    write(join(folder, 'CBS.log'), readFileSync(join(fixtures, 'cbs.log')));
    const { found, held } = await readAll(new CbsLog(folder, ansi));
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(300);
    expect(held).toBeLessThan(10_000);
    expect(reads.largest).toBeLessThanOrEqual(MEGABYTE);
  });

  it('setupact.log', async () => {
    const log = join(folder, 'setupact.log');
    const times = write(log, readFileSync(join(fixtures, 'setupact.log')));
    const places = { report: join(folder, 'SetupDiagResults.xml'), logs: [log] };
    const { found } = await readAll(new SetupResults(places, registry, clock, ansi));
    expect(found).toBe(times * 2);
    expect(reads.largest).toBeLessThanOrEqual(MEGABYTE);
  });

  it('and one that is a single line without an end', async () => {
    const path = join(folder, 'WindowsUpdate.log');
    write(path, Buffer.from('x'));
    expect(await readAll(new WindowsUpdateLog(path, ansi))).toMatchObject({ found: 0 });
    expect(reads.largest).toBeLessThanOrEqual(MEGABYTE);
  });
});
