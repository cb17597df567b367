import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, reportSchema } from '@fleetmend/client-protocol';
import { windowsUpdateEvent } from '../../testing/event-xml';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { silentLog } from '../log';
import { Outbox } from '../outbox/outbox';
import { openState } from '../state/open-state';
import { type State, text } from '../state/state';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { Unavailable } from '../windows/windows';
import { Detection } from './detection';
import { EVENT_FEEDS } from './event-feeds';
import { EventLogReader } from './event-log';
import { ReportingEvents } from './reporting-events';

const ID = '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b';
const UPDATE = { updateGuid: `{${ID}}`, updateRevisionNumber: '201' };
const TITLE = '2026-11 Cumulative Update (KB5068861)';
const OPERATIONAL = 'Microsoft-Windows-WindowsUpdateClient/Operational';

describe('Detection', () => {
  let windows: SimulatedWindows;
  let state: State;
  let outbox: Outbox;
  let detection: Detection;
  let log: string;
  const clock = new VirtualClock('2026-11-21T08:00:00.000Z');

  const begin = () => {
    outbox = new Outbox(state, silentLog);
    const readers = [
      ...EVENT_FEEDS.slice(0, 2).map((feed) => new EventLogReader(windows.eventLog, feed)),
      new ReportingEvents(log),
    ];
    detection = new Detection(readers, state, outbox, clock, silentLog);
  };
  beforeEach(() => {
    const root = temporaryFolder();
    windows = simulatedWindows({ root });
    log = join(windows.machine.softwareDistribution, 'ReportingEvents.log');
    state = openState(join(root, 'data'), silentLog);
    begin();
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const reports = (): Report[] =>
    state
      .all('SELECT body FROM outbox ORDER BY position')
      .map((row) => reportSchema.parse(JSON.parse(text(row, 'body'))));
  const failures = () => reports().flatMap((report) => (report.kind === 'failure' ? [report] : []));
  const kinds = () => reports().map(({ kind }) => kind);

  let recordId = 0n;
  const event = (id: number, data: Record<string, string>, at: string, channel = 'System') => {
    recordId += 1n;
    windows.events.push(windowsUpdateEvent(id, data, { recordId, at, channel }));
  };
  const installFailed = (at: string, code = '0x80070002') => {
    event(20, { errorCode: code, updateTitle: TITLE, ...UPDATE }, at);
  };
  const row = (at: string, name: string, code: string, status = 'Failure', message = '') => {
    const time = at.replace('T', ' ').replace(/\.(\d{3})Z/, ':$1+0000');
    appendFileSync(
      log,
      `{A}\t${time}\t1\t${name}\t101\t{${ID}}\t201\t${code}\tx\t${status}\tContent\t${message}\r\n`,
    );
  };

  it('makes one failure of what two sources tell', async () => {
    installFailed('2026-11-20T12:00:00.000Z');
    row('2026-11-20T12:03:00.000Z', '182', '80070002');
    await detection.poll();
    expect(failures()).toHaveLength(1);
  });

  it('and counts it as coming from where either of them says', async () => {
    row('2026-11-20T12:00:00.000Z', '182', '80070002');
    const serviceGuid = '{9482F4B4-E343-43B6-B170-9A65BC822C77}';
    const data = { errorCode: '0x80070002', updateTitle: TITLE, serviceGuid, ...UPDATE };
    event(20, data, '2026-11-20T12:00:02.000Z');
    await detection.poll();
    expect(failures()).toMatchObject([{ updateSource: 'windows-update' }]);
  });

  it('also when the second source comes later, or after a restart of the client', async () => {
    row('2026-11-20T12:00:00.000Z', '182', '80070002');
    await detection.poll();
    begin();
    installFailed('2026-11-20T12:05:00.000Z');
    await detection.poll();
    expect(failures()).toHaveLength(1);
  });

  it('tells apart what is not the same: code, phase, update, time', async () => {
    installFailed('2026-11-20T12:00:00.000Z');
    installFailed('2026-11-20T12:00:01.000Z', '0x80070003');
    event(31, { errorCode: '0x80070002', ...UPDATE }, '2026-11-20T12:00:02.000Z', OPERATIONAL);
    event(25, { errorCode: '0x80070002' }, '2026-11-20T12:00:03.000Z', OPERATIONAL);
    installFailed('2026-11-20T12:30:00.000Z');
    await detection.poll();
    expect(failures()).toHaveLength(5);
  });

  it('reports nothing twice when the log is read again from its start', async () => {
    row('2026-11-20T12:00:00.000Z', '182', '80070002');
    row('2026-11-20T13:00:00.000Z', '182', '80070002');
    await detection.poll();
    rmSync(log);
    row('2026-11-20T13:00:00.000Z', '182', '80070002');
    row('2026-11-20T14:00:00.000Z', '182', '80070002');
    await detection.poll();
    expect(failures().map(({ occurredAt }) => occurredAt)).toEqual([
      '2026-11-20T12:00:00.000Z',
      '2026-11-20T13:00:00.000Z',
      '2026-11-20T14:00:00.000Z',
    ]);
  });

  it('closes a failure only by a later success of the same update', async () => {
    installFailed('2026-11-20T12:00:00.000Z');
    event(
      19,
      { updateTitle: 'other', updateGuid: `{${ID.replace('6f', '7f')}}` },
      '2026-11-20T12:30:00.000Z',
    );
    event(
      19,
      { updateTitle: TITLE, ...UPDATE, updateRevisionNumber: '200' },
      '2026-11-20T12:31:00.000Z',
    );
    event(19, { updateTitle: TITLE, ...UPDATE }, '2026-11-20T11:00:00.000Z');
    event(41, UPDATE, '2026-11-20T12:32:00.000Z', OPERATIONAL);
    event(26, { updateCount: '0' }, '2026-11-20T12:33:00.000Z', OPERATIONAL);
    await detection.poll();
    expect(kinds()).toEqual(['failure']);
    event(19, { updateTitle: TITLE, ...UPDATE }, '2026-11-20T13:00:00.000Z');
    await detection.poll();
    expect(reports().at(-1)).toMatchObject({
      kind: 'success',
      phase: 'install',
      update: { id: ID },
    });
    event(19, { updateTitle: TITLE, ...UPDATE }, '2026-11-20T14:00:00.000Z');
    await detection.poll();
    expect(kinds()).toEqual(['failure', 'success']);
  });

  it('closes a failure by its KB when that is offered anew with another id', async () => {
    installFailed('2026-11-20T12:00:00.000Z');
    const updateGuid = `{${ID.replace('6f', '7f')}}`;
    event(19, { updateTitle: TITLE, updateGuid }, '2026-11-20T13:00:00.000Z');
    await detection.poll();
    expect(kinds()).toEqual(['failure', 'success']);
  });

  it('closes a failed scan by a scan only, and by none twice', async () => {
    event(25, { errorCode: '0x80072EE2' }, '2026-11-20T12:00:00.000Z', OPERATIONAL);
    event(19, { updateTitle: 'without a name' }, '2026-11-20T12:30:00.000Z');
    await detection.poll();
    expect(kinds()).toEqual(['failure']);
    event(26, { updateCount: '0' }, '2026-11-20T13:00:00.000Z', OPERATIONAL);
    event(26, { updateCount: '0' }, '2026-11-20T14:00:00.000Z', OPERATIONAL);
    await detection.poll();
    expect(kinds()).toEqual(['failure', 'success']);
  });

  it('reports to another machine what was reported before, but not what is on its way', async () => {
    detection.reportTo('first');
    installFailed('2026-11-20T12:00:00.000Z');
    await detection.poll();
    state.run('DELETE FROM outbox');
    installFailed('2026-11-20T13:00:00.000Z');
    await detection.poll();
    detection.reportTo('first');
    await detection.poll();
    expect(failures()).toHaveLength(1);
    detection.reportTo('second');
    await detection.poll();
    await detection.poll();
    expect(failures().map(({ occurredAt }) => occurredAt)).toEqual([
      '2026-11-20T13:00:00.000Z',
      '2026-11-20T12:00:00.000Z',
    ]);
  });

  it('gives a failed download the title that another record knows', async () => {
    row('2026-11-20T11:00:00.000Z', '181', '0', 'Success', 'x');
    event(43, { updateTitle: TITLE, ...UPDATE }, '2026-11-20T11:00:00.000Z');
    event(19, { updateTitle: TITLE, ...UPDATE }, '2026-11-20T11:00:00.000Z');
    row('2026-11-20T12:00:00.000Z', '161', '80070003');
    await detection.poll();
    expect(failures()).toMatchObject([
      { phase: 'download', update: { title: TITLE, kb: 'KB5068861' } },
    ]);
  });

  it('says what was there before the first start, and leaves out what is older than thirty days', async () => {
    installFailed('2026-10-01T12:00:00.000Z');
    installFailed('2026-11-20T12:00:00.000Z');
    await detection.poll();
    installFailed('2026-11-21T08:00:01.000Z');
    await detection.poll();
    expect(failures().map(({ fromBacklog }) => fromBacklog)).toEqual([true, false]);
  });

  it('reads on after the event log was cleared', async () => {
    recordId = 500n;
    installFailed('2026-11-20T12:00:00.000Z');
    await detection.poll();
    windows.events.length = 0;
    recordId = 0n;
    installFailed('2026-11-20T15:00:00.000Z');
    await detection.poll();
    expect(failures()).toHaveLength(2);
    await detection.poll();
    expect(failures()).toHaveLength(2);
  });

  it('says which source is unavailable and reads the others', async () => {
    windows.faults.refuse('event-log', new Unavailable('The event log', 'it answered nothing'));
    row('2026-11-20T12:00:00.000Z', '182', '80070002');
    await detection.poll();
    expect(failures()).toHaveLength(1);
    expect(detection.sources().map(({ available }) => available)).toEqual([false, false, true]);
    windows.faults.forgive();
    rmSync(log);
    await detection.poll();
    expect(detection.sources().map(({ available }) => available)).toEqual([true, true, false]);
  });

  it('takes nothing when the state can not be written, and everything later', async () => {
    installFailed('2026-11-20T12:00:00.000Z');
    await detection.poll();
    installFailed('2026-11-20T14:00:00.000Z');
    state.run('PRAGMA query_only = ON');
    await expect(detection.poll()).rejects.toThrow();
    state.run('PRAGMA query_only = OFF');
    expect(failures()).toHaveLength(1);
    await detection.poll();
    expect(failures()).toHaveLength(2);
  });

  it('sends nothing that the database of the server refuses', async () => {
    writeFileSync(log, '');
    row(
      '2026-11-20T12:00:00.000Z',
      '182',
      '80070002',
      'Failure',
      `0x80070002: ti\u0000tle \ud800 ${'x'.repeat(20_000)}`,
    );
    await detection.poll();
    const [failure] = failures();
    expect(JSON.stringify(failure)).not.toContain('\\u0000');
    expect(failure?.evidence[0]?.record.length).toBeLessThanOrEqual(8000);
  });
});
