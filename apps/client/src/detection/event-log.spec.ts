import { windowsUpdateEvent } from '../../testing/event-xml';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { type SimulatedWindows, simulatedWindows } from '../windows/simulated';
import { EVENT_FEEDS } from './event-feeds';
import { EventLogReader } from './event-log';

const EVER = new Date(0);
const [SYSTEM] = EVENT_FEEDS;

/** The reader is real, the event log simulated. */
describe('EventLogReader', () => {
  let windows: SimulatedWindows;
  let reader: EventLogReader;
  let bookmark: string | undefined;
  let queries: number;

  const begin = () => {
    const { eventLog } = windows;
    reader = new EventLogReader(
      {
        ...eventLog,
        query: (query) => {
          queries += 1;
          return eventLog.query(query);
        },
      },
      SYSTEM!,
    );
  };
  beforeEach(() => {
    windows = simulatedWindows({ root: temporaryFolder() });
    bookmark = undefined;
    queries = 0;
    begin();
  });
  afterEach(removeTemporaryFolders);

  const failed = (recordId: number, at: string, code = '0x80070002') => {
    windows.events.push(
      windowsUpdateEvent(20, { errorCode: code }, { recordId: BigInt(recordId), at }),
    );
  };
  const stranger = (recordId: number, at: string) => {
    const event = windowsUpdateEvent(7036, {}, { recordId: BigInt(recordId), at });
    windows.events.push({ ...event, provider: 'Service Control Manager' });
  };
  const read = async () => {
    const reading = await reader.read(bookmark, EVER);
    ({ bookmark } = reading);
    return reading.observations.map(({ at }) => at.toISOString().slice(11, 16));
  };

  it('reads each record once, by its number', async () => {
    failed(7, '2026-11-20T12:00:00.000Z');
    expect(await read()).toEqual(['12:00']);
    failed(9, '2026-11-20T11:00:00.000Z');
    failed(8, '2026-11-20T13:00:00.000Z');
    expect(await read()).toEqual(['13:00', '11:00']);
    expect(await read()).toEqual([]);
  });

  it('asks for no records while nothing was written, and once when others wrote', async () => {
    failed(7, '2026-11-20T12:00:00.000Z');
    await read();
    await read();
    expect(queries).toBe(1);
    stranger(8, '2026-11-20T12:01:00.000Z');
    await read();
    await read();
    expect(queries).toBe(2);
  });

  it('does not go through an old log again and again that says nothing of updates', async () => {
    stranger(500, '2026-11-20T12:01:00.000Z');
    expect(await read()).toEqual([]);
    failed(501, '2026-11-20T12:02:00.000Z');
    expect(await read()).toEqual(['12:02']);
    expect(JSON.parse(bookmark ?? '')).toMatchObject({ recordId: '501' });
  });

  it.each([
    ['later', '2026-11-20T15:00:00.000Z'],
    ['earlier, since the clock was set back', '2026-11-02T15:00:00.000Z'],
  ])('reads on when the log was cleared and what follows is %s', async (_, at) => {
    failed(500, '2026-11-20T12:00:00.000Z');
    await read();
    windows.events.length = 0;
    expect(await read()).toEqual([]);
    failed(1, at);
    expect(await read()).toEqual(['15:00']);
    expect(await read()).toEqual([]);
  });

  it('notices at its start that the numbers of a cleared log have passed its own', async () => {
    failed(2, '2026-11-20T12:00:00.000Z');
    await read();
    windows.events.length = 0;
    begin();
    for (const recordId of [1, 2, 3]) failed(recordId, `2026-11-20T15:0${recordId}:00.000Z`);
    expect(await read()).toEqual(['15:01', '15:02', '15:03']);
  });

  it('loses nothing when the oldest records made room for new ones', async () => {
    failed(2, '2026-11-20T12:00:00.000Z');
    await read();
    windows.events.length = 0;
    begin();
    failed(900, '2026-11-20T15:00:00.000Z');
    expect(await read()).toEqual(['15:00']);
  });

  it('reads a long log in pieces', async () => {
    for (let recordId = 1; recordId <= 1200; recordId += 1)
      failed(recordId, '2026-11-20T12:00:00.000Z');
    let found = 0;
    for (let more = true; more;) {
      const reading = await reader.read(bookmark, EVER);
      ({ bookmark, more } = reading);
      found += reading.observations.length;
    }
    expect(found).toBe(1200);
  });

  it('takes a bookmark that is damaged as none', async () => {
    failed(7, '2026-11-20T12:00:00.000Z');
    for (const damaged of ['', '{', '[]', '{"recordId":"-1"}']) {
      bookmark = damaged;
      expect(await read()).toEqual(['12:00']);
    }
  });
});
