import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { damaged } from '../../testing/damage';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { type Observation } from './observation';
import { parseSetupDiag } from './setup-diag';
import { setupObservationOf } from './setup-log-line';
import { setupResultIn, setupTime } from './setup-result';
import { SetupResults } from './setup-results';

const fixtures = join(import.meta.dirname, 'fixtures');
const EVER = new Date(0);
const KEY = 'SYSTEM\\Setup\\SetupDiag\\Results';

describe('codes of set-up', () => {
  it.each([
    ['Error: 0xC1900101 - 0x4000D', '0xC1900101', '0x0004000D', 'reboot'],
    ['Error: 0xC1900101 - 0x20017', '0xC1900101', '0x00020017', 'reboot'],
    ['0x8007001F - 0x10015', '0x8007001F', '0x00010015', 'install'],
    ['0xC1900101-0x30018', '0xC1900101', '0x00030018', 'reboot'],
    ['ErrorCode = 0xC190020E, ExCode = 0x1001E', '0xC190020E', '0x0001001E', 'install'],
    ['Err = 0x00000057, LastPhase = Downlevel', '0x80070057', undefined, 'install'],
    ['Error: 0xC190020E', '0xC190020E', undefined, 'unknown'],
  ])('%s', (text, code, extendedCode, phase) => {
    expect(setupResultIn(text)).toEqual({ code, extendedCode, phase });
  });

  it.each(['Error: 0x00000000', 'ErrorCode = 0xC1900210', 'nothing', ''])('none: %s', (text) => {
    expect(setupResultIn(text)).toBeUndefined();
  });

  it.each([
    ['2026-11-20T10:21:49', new Date(2026, 10, 20, 10, 21, 49)],
    ['3/21/2026 9:47:16 PM', new Date(2026, 2, 21, 21, 47, 16)],
    ['3/21/2026 12:05:00 AM', new Date(2026, 2, 21, 0, 5, 0)],
    ['0001-01-01T00:00:00', undefined],
    ['21.03.2026 21:47:16', undefined],
  ])('time %s', (text, at) => {
    expect(setupTime(text)).toEqual(at);
  });

  it('never throws, whatever stands in a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        setupResultIn(text);
        setupTime(text);
        setupObservationOf(`2026-11-20 10:20:02, Info  MOUPG ${text} 0x`);
        parseSetupDiag(`<SetupDiag><FailureData>${text}</FailureData></SetupDiag>`);
      }),
    );
  });
});

describe('SetupResults', () => {
  let windows: SimulatedWindows;
  let reader: SetupResults;
  let report: string;
  let log: string;
  let bookmark: string | undefined;
  const clock = new VirtualClock('2026-11-21T08:00:00.000Z');

  beforeEach(() => {
    const root = temporaryFolder();
    windows = simulatedWindows({ root });
    report = join(root, 'Logs', 'SetupDiag', 'SetupDiagResults.xml');
    log = join(root, '$WINDOWS.~BT', 'Sources', 'Rollback', 'setupact.log');
    for (const file of [report, log]) mkdirSync(dirname(file), { recursive: true });
    const places = { report, logs: [join(root, 'missing', 'setupact.log'), log] };
    const ansi = () => Promise.resolve('windows-1252');
    reader = new SetupResults(places, windows.registry, clock, ansi);
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

  it.each([
    ['setup-diag-elements.xml', '0xC1900101', '0x00030018', 'reboot'],
    ['setup-diag-disk-space.xml', '0xC190020E', '0x0004001E', 'install'],
    ['setup-diag-win32.xml', '0x80070057', undefined, 'install'],
  ])('reads %s', async (fixture, code, extendedCode, phase) => {
    copyFileSync(join(fixtures, fixture), report);
    const [observation, ...others] = await readOn();
    expect(observation).toMatchObject({
      source: 'setup-results',
      outcome: 'failure',
      code,
      phase,
      updateKind: 'feature',
      update: {},
      at: new Date(2026, 10, 20, 10, 21, 49),
    });
    expect(observation?.extendedCode).toBe(extendedCode);
    expect(others).toEqual([]);
    expect(await readOn()).toEqual([]);
  });

  it('finds nothing where set-up went well, and where it never was', async () => {
    expect(await readOn()).toEqual([]);
    copyFileSync(join(fixtures, 'setup-diag-no-error.xml'), report);
    expect(await readOn()).toEqual([]);
  });

  it('tells of the next attempt when its report takes the place of the last', async () => {
    copyFileSync(join(fixtures, 'setup-diag-elements.xml'), report);
    await readOn();
    copyFileSync(join(fixtures, 'setup-diag-disk-space.xml'), report);
    expect(await readOn()).toMatchObject([{ code: '0xC190020E' }]);
  });

  it('takes the registry where there is no report', async () => {
    windows.registryValues.set(KEY, {
      FailureData: ['Error: SetupDiag reports rollback.', 'Error: 0xC1900101 - 0x30018'],
      UpgradeEndTime: '11/20/2026 10:21:49 AM',
    });
    expect(await readOn()).toMatchObject([
      { code: '0xC1900101', extendedCode: '0x00030018', at: new Date(2026, 10, 20, 10, 21, 49) },
    ]);
    expect(await readOn()).toEqual([]);
  });

  it('takes of the log how the attempt ended, and none of the codes on the way', async () => {
    copyFileSync(join(fixtures, 'setupact.log'), log);
    expect(await readOn()).toMatchObject([
      { code: '0xC1900101', phase: 'unknown' },
      { code: '0xC1900101', extendedCode: '0x0004000D', phase: 'reboot' },
    ]);
    appendFileSync(
      log,
      '2026-11-20 10:21:00, Info  MOUPG  CSetupHost::Execute(426): Result = 0x0\r\n',
    );
    expect(await readOn()).toEqual([]);
  });

  it('is unavailable when the report is there and can not be read', async () => {
    mkdirSync(report);
    await expect(reader.read(undefined, EVER)).rejects.toThrow(Unavailable);
  });

  it('never throws, whatever happened to the files', async () => {
    const diag = readFileSync(join(fixtures, 'setup-diag-win32.xml'));
    const act = readFileSync(join(fixtures, 'setupact.log'));
    await fc.assert(
      fc.asyncProperty(damaged(diag), damaged(act), async (one, other) => {
        writeFileSync(report, one);
        writeFileSync(log, other);
        for (const { record, code } of await readOn()) {
          expect(record.length).toBeLessThanOrEqual(8000);
          expect(code).toMatch(/^0x[0-9A-F]{8}$/);
        }
      }),
      { numRuns: 80 },
    );
  });
});
