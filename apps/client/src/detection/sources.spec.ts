import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FailureReport, type Report, reportSchema } from '@fleetmend/client-protocol';
import fc from 'fast-check';
import { type FailingUpdate, RecordWriter } from '../../testing/record-writer';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { openState } from '../state/open-state';
import { type State, text } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { Detection } from './detection';
import { sourcesOf } from './sources';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const ID = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const UPDATE: FailingUpdate = {
  id: ID,
  kb: 'KB5068861',
  title: '2026-11 Cumulative Update (KB5068861)',
  code: '0x80070002',
  phase: 'install',
};
const FEATURE = {
  ...UPDATE,
  title: 'Feature update to Windows 11, version 24H2',
  code: '0xC1900101',
};
const PACKAGE = 'Package_for_KB5068861~31bf3856ad364e35~amd64~~26100.1.5';
const minutesAgo = (minutes: number) => new Date(NOW - minutes * MINUTE);

/** All readers of a machine are real, and so are its files; event log, registry and history are simulated. */
describe('all sources together', () => {
  let root: string;
  let windows: SimulatedWindows;
  let write: RecordWriter;
  let state: State;
  let clock: VirtualClock;
  let detection: Detection;

  const begin = (leaveOut: readonly string[] = []) => {
    const readers = sourcesOf(windows, clock).readers.filter(
      ({ name }) => !leaveOut.includes(name),
    );
    detection = new Detection(readers, state, new Outbox(state, silentLog), clock, silentLog);
  };
  const arrange = () => {
    root = temporaryFolder();
    windows = simulatedWindows({ root });
    write = new RecordWriter(windows);
    clock = new VirtualClock(new Date(NOW).toISOString());
    state = openState(join(root, 'data'), silentLog);
    state.run('PRAGMA synchronous = OFF');
    begin();
  };
  const tidy = () => {
    state.close();
    removeTemporaryFolders();
  };
  beforeEach(arrange);
  afterEach(tidy);

  const reports = (): Report[] =>
    state
      .all('SELECT body FROM outbox ORDER BY position')
      .map((row) => reportSchema.parse(JSON.parse(text(row, 'body'))));
  const failures = () =>
    reports().filter((report): report is FailureReport => report.kind === 'failure');
  const poll = async (afterMinutes = 0) => {
    clock.advance(afterMinutes * MINUTE);
    await detection.poll();
  };

  it('make one report, with the records of several', async () => {
    write.event(UPDATE, minutesAgo(60));
    write.reportingEvents(UPDATE, minutesAgo(59));
    write.windowsUpdateLog(UPDATE, minutesAgo(59));
    write.history(UPDATE, minutesAgo(58));
    write.servicing(UPDATE.kb, '0x80070002', minutesAgo(61));
    write.cbs(`Failed to resolve file for ${PACKAGE} [HRESULT = 0x80070002]`, minutesAgo(61));
    await poll();
    await poll(60);
    const [failure, ...others] = failures();
    expect(others).toEqual([]);
    expect(failure).toMatchObject({
      code: '0x80070002',
      phase: 'install',
      update: { id: ID, kb: 'KB5068861' },
      updateSource: 'windows-update',
      fromBacklog: true,
    });
    expect(failure?.evidence.map(({ source }) => source)).toEqual([
      'event-log',
      'reporting-events',
      'windows-update-log',
      'update-history',
      'servicing',
    ]);
  });

  it('give the code behind one that sums up, where servicing wrote it', async () => {
    write.cbs('Startup: Failed to process queue. [HRESULT = 0x80070003 - NAME]', minutesAgo(5));
    write.cbs(
      `Exec: Processing complete. Package: ${PACKAGE} [HRESULT = 0x800f081f]`,
      minutesAgo(4),
      'Info',
    );
    write.event({ ...UPDATE, code: '0x80070643' }, minutesAgo(3));
    write.event({ ...UPDATE, code: '0x80070005' }, minutesAgo(2));
    await poll();
    await poll(60);
    expect(failures()).toMatchObject([
      { code: '0x80070643', extendedCode: '0x800F081F' },
      { code: '0x80070005' },
    ]);
    expect(failures()[1]?.extendedCode).toBeUndefined();
  });

  it('take what servicing fails at for a failure only when it names an update, and nobody else does', async () => {
    write.cbs('Failed to perform operation.  [HRESULT = 0x800f0922 - NAME]', minutesAgo(90));
    write.servicing('Microsoft-Windows-Foundation-Package', '0x800f0922', minutesAgo(90));
    write.servicing(UPDATE.kb, '0x800f081f', minutesAgo(2));
    await poll();
    await poll(9);
    expect(failures()).toEqual([]);
    await poll(30);
    expect(failures()).toMatchObject([
      {
        code: '0x800F081F',
        phase: 'install',
        update: { kb: UPDATE.kb },
        evidence: [{ source: 'servicing' }],
      },
    ]);
  });

  it('and not when the update was installed after all', async () => {
    write.servicing(UPDATE.kb, '0x800f081f', minutesAgo(90));
    write.installed(UPDATE, minutesAgo(80));
    await poll();
    await poll(60);
    expect(failures()).toEqual([]);
  });

  it('nor when servicing only put the work aside', async () => {
    write.servicing(UPDATE.kb, '0x800f0816', minutesAgo(90));
    await poll();
    await poll(60);
    expect(failures()).toEqual([]);
  });

  it.each([true, false])(
    'tie set-up and feature update together, set-up first: %s',
    async (first) => {
      const setup = () => {
        write.setupLog('Reporting result: 0xC1900101 - 0x4000D', minutesAgo(50));
      };
      const update = () => {
        write.event(FEATURE, minutesAgo(1));
      };
      (first ? setup : update)();
      await poll();
      expect(failures()).toEqual([]);
      (first ? update : setup)();
      await poll(5);
      await poll(60);
      expect(failures()).toMatchObject([
        {
          code: '0xC1900101',
          extendedCode: '0x0004000D',
          updateKind: 'feature',
          update: { id: ID },
          evidence: [{ source: 'event-log' }, { source: 'setup-results' }],
        },
      ]);
    },
  );

  it.each(['setup', 'update'])(
    'report what only %s tells of a feature update a little later',
    async (who) => {
      if (who === 'setup') write.setupLog('Reporting result: 0xC1900101 - 0x4000D', minutesAgo(50));
      else write.event(FEATURE, minutesAgo(1));
      await poll();
      begin();
      await poll(14);
      expect(failures()).toEqual([]);
      await poll(2);
      expect(failures()).toMatchObject([{ code: '0xC1900101', updateKind: 'feature' }]);
    },
  );

  it('take a damaged database of Windows Update for a scan that failed, until one ends well', async () => {
    write.dataStore('-546 (0xfffffdde)', minutesAgo(10));
    write.dataStore('-546 (0xfffffdde)', minutesAgo(10), 3);
    write.dataStore('0', minutesAgo(9));
    await poll();
    expect(failures()).toMatchObject([
      { code: '0xC8000222', phase: 'scan', update: {}, evidence: [{ source: 'esent' }] },
    ]);
    const log = join(windows.machine.softwareDistribution, 'ReportingEvents.log');
    const scan = '{A}\t2026-11-21 07:58:00:000+0000\t1\t147\t101\t{0}\t0\t0\tx\tSuccess\tS\tm\r\n';
    appendFileSync(log, scan);
    await poll();
    expect(reports().at(-1)).toMatchObject({ kind: 'success', phase: 'scan' });
  });

  it('mark what a source tells of the time before the client knew it', async () => {
    const late = ['update-history', 'windows-update-log', 'cbs-log', 'event-log:Setup'];
    begin(late);
    write.event(UPDATE, minutesAgo(60));
    await poll();
    clock.advance(60 * MINUTE);
    const other = { ...UPDATE, id: ID.replace('6f', '7f'), kb: 'KB5000002', title: 'KB5000002' };
    write.history(UPDATE, minutesAgo(60));
    write.history(other, minutesAgo(-30));
    write.windowsUpdateLog(UPDATE, minutesAgo(60));
    write.servicing(UPDATE.kb, '0x800f081f', minutesAgo(61));
    begin();
    await poll();
    await poll(60);
    expect(failures().map(({ update, fromBacklog }) => [update.kb, fromBacklog])).toEqual([
      ['KB5068861', true],
      ['KB5000002', true],
    ]);
    write.history({ ...other, code: '0x80070005' }, clock.now());
    await poll(400);
    expect(failures().at(-1)).toMatchObject({ code: '0x80070005', fromBacklog: false });
  });

  it('do without those that can not be read, and say so', async () => {
    const missing = new Unavailable('COM', 'it gave no object');
    windows.faults.refuse('update-history', missing);
    windows.faults.refuse('event-log', new Unavailable('The event log', 'it answered nothing'));
    write.reportingEvents(UPDATE, minutesAgo(1));
    await poll();
    expect(failures()).toHaveLength(1);
    const standing = Object.fromEntries(
      detection.sources().map(({ name, available }) => [name, available]),
    );
    expect(standing).toEqual({
      'event-log:System': false,
      'event-log:Microsoft-Windows-WindowsUpdateClient/Operational': false,
      'event-log:Setup': false,
      'event-log:Application': false,
      'reporting-events': true,
      'windows-update-log': false,
      'cbs-log': false,
      'setup-results': true,
      'update-history': false,
    });
  });

  const happening = fc.record({
    update: fc.nat(2),
    code: fc.constantFrom('0x80070002', '0x80073712'),
    phase: fc.constantFrom<'download' | 'install'>('download', 'install'),
    gap: fc.integer({ min: 15, max: 2_000 }),
  });
  const PLACES = ['event', 'reportingEvents', 'windowsUpdateLog', 'history', 'servicing'] as const;

  it('give one report for each occurrence, however reading falls between the records', async () => {
    const stories = fc.array(happening, { minLength: 1, maxLength: 5 }).chain((happened) => {
      let minutes = 20;
      const records = happened.flatMap(({ update, code, phase, gap }) => {
        minutes += gap;
        const kb = `KB500000${update}`;
        const failing = { id: ID.replace('6f', `${update}f`), kb, title: `(${kb})`, code, phase };
        const at = minutesAgo(minutes);
        return PLACES.filter((place) => place !== 'servicing' || phase === 'install').map(
          (place) => ({ place, failing, at }),
        );
      });
      return fc.record({
        count: fc.constant(happened.length),
        order: fc.shuffledSubarray(records, { minLength: records.length }),
        polls: fc.array(fc.boolean(), { minLength: records.length, maxLength: records.length }),
        rereads: fc.array(fc.boolean(), { minLength: records.length, maxLength: records.length }),
      });
    });
    await fc.assert(
      fc.asyncProperty(stories, async ({ count, order, polls, rereads }) => {
        tidy();
        arrange();
        for (const [index, { place, failing, at }] of order.entries()) {
          if (place === 'servicing') write.servicing(failing.kb, '0x800f081f', at);
          else write[place](failing, at);
          // As after a damaged state, or a client that was told to look at everything again.
          if (rereads[index]) state.run('DELETE FROM bookmarks');
          if (polls[index]) await poll(3);
        }
        await poll(3);
        rmSync(join(windows.machine.softwareDistribution, 'ReportingEvents.log'), { force: true });
        await poll(60);
        expect(failures()).toHaveLength(count);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
