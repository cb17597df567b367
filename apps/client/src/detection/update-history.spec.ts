import fc from 'fast-check';
import { VirtualClock } from '../../testing/virtual-clock';
import { type UpdateHistoryEntry } from '../windows/update-history';
import { historyObservationOf } from './history-entry';
import { UpdateHistoryReader } from './update-history';

const ID = '6F1C2A34-5B6D-4E7F-8A9B-0C1D2E3F4A5B';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MONTH_AGO = new Date('2026-10-22T08:00:00.000Z');

function entry(at: string, some: Partial<UpdateHistoryEntry> = {}): UpdateHistoryEntry {
  return {
    operation: 1,
    resultCode: 4,
    hresult: -2147024894,
    unmappedResultCode: 0,
    date: new Date(at),
    title: '2026-11 Cumulative Update (KB5068861)',
    updateId: ID,
    revision: 201,
    clientApplicationId: 'UpdateOrchestrator',
    serverSelection: 2,
    serviceId: '{9482F4B4-E343-43B6-B170-9A65BC822C77}',
    ...some,
  };
}

describe('an entry of the update history', () => {
  const read = (some: Partial<UpdateHistoryEntry>) =>
    historyObservationOf(entry('2026-11-20T12:00:00.000Z', some));

  it('tells of a failure, its code unsigned', () => {
    expect(read({})).toMatchObject({
      source: 'update-history',
      outcome: 'failure',
      code: '0x80070002',
      phase: 'install',
      update: { id: ID.toLowerCase(), revision: 201, kb: 'KB5068861' },
      updateKind: 'windows',
      updateSource: 'windows-update',
      at: new Date('2026-11-20T12:00:00.000Z'),
    });
  });

  it.each<[string, Partial<UpdateHistoryEntry>, string | undefined]>([
    ['failed', { resultCode: 4 }, 'failure'],
    ['aborted', { resultCode: 5 }, 'failure'],
    ['succeeded with errors', { resultCode: 3 }, 'failure'],
    ['succeeded with errors, of which none is said', { resultCode: 3, hresult: 0 }, undefined],
    ['succeeded', { resultCode: 2, hresult: 0 }, 'success'],
    ['in progress', { resultCode: 1 }, undefined],
    ['not started', { resultCode: 0 }, undefined],
    ['removal succeeded', { resultCode: 2, operation: 2 }, undefined],
    ['removal failed', { operation: 2 }, 'failure'],
    ['without a title', { title: undefined }, undefined],
    ['with an empty title', { title: ' ' }, undefined],
    ['without a date', { date: undefined }, undefined],
  ])('%s', (_, some, outcome) => {
    expect(read(some)?.outcome).toBe(outcome);
  });

  it("keeps the installer's own code beside the one that sums up", () => {
    expect(read({ hresult: 0x80070643 | 0, unmappedResultCode: 0x800f0922 | 0 })).toMatchObject({
      code: '0x80070643',
      installerCode: '0x800F0922',
    });
    expect(read({ hresult: 0, unmappedResultCode: 1603 })).toMatchObject({ code: '0x00000643' });
  });

  it('says where updates come from when only the choice of server is known', () => {
    expect(read({ serviceId: undefined, serverSelection: 1 })?.updateSource).toBe('wsus');
    expect(read({ serviceId: undefined, serverSelection: 0 })?.updateSource).toBe('unknown');
  });

  it('never throws, whatever COM gives', () => {
    const number = fc.option(fc.integer(), { nil: undefined });
    const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
    const entries = fc.record({
      operation: number,
      resultCode: number,
      hresult: number,
      unmappedResultCode: number,
      date: fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }),
      title: text,
      updateId: text,
      revision: number,
      clientApplicationId: text,
      serverSelection: number,
      serviceId: text,
    });
    fc.assert(
      fc.property(entries, (one) => {
        expect(historyObservationOf(one)?.code ?? '0x00000001').toMatch(/^0x[0-9A-F]{8}$/);
      }),
    );
  });
});

/** The reader is real, the history a list. */
describe('UpdateHistoryReader', () => {
  let clock: VirtualClock;
  let history: UpdateHistoryEntry[];
  let asked: number;
  let reader: UpdateHistoryReader;
  let bookmark: string | undefined;

  beforeEach(() => {
    clock = new VirtualClock('2026-11-21T08:00:00.000Z');
    history = [];
    asked = 0;
    bookmark = undefined;
    begin();
  });
  function begin() {
    const entries = (start: number, count: number) => {
      asked += 1;
      return Promise.resolve(history.slice(start, start + count));
    };
    reader = new UpdateHistoryReader({ entries }, clock);
  }
  const readOn = async () => {
    const reading = await reader.read(bookmark, MONTH_AGO);
    ({ bookmark } = reading);
    return reading.observations.map(({ at }) => at.toISOString().slice(5, 16));
  };
  const later = (milliseconds: number) => {
    clock.advance(milliseconds);
    reader.expectNews();
  };
  const add = (at: string, some?: Partial<UpdateHistoryEntry>) => {
    history.unshift(entry(at, some));
  };

  it('reads the recent past, oldest first, and nothing twice', async () => {
    add('2026-09-01T12:00:00.000Z');
    add('2026-11-19T12:00:00.000Z');
    add('2026-11-20T12:00:00.000Z');
    expect(await readOn()).toEqual(['11-19T12:00', '11-20T12:00']);
    later(HOUR);
    expect(await readOn()).toEqual([]);
    add('2026-11-21T09:00:00.000Z');
    later(HOUR);
    expect(await readOn()).toEqual(['11-21T09:00']);
  });

  it('stops where it knows the rest', async () => {
    for (let day = 1; day <= 20; day += 1)
      for (let hour = 0; hour < 24; hour += 1)
        add(new Date(Date.UTC(2026, 10, day, hour)).toISOString());
    await readOn();
    asked = 0;
    add('2026-11-21T09:00:00.000Z');
    later(HOUR);
    expect(await readOn()).toContain('11-21T09:00');
    expect(asked).toBe(1);
  });

  it('is asked rarely, after a hint soon and once more, and never in a loop', async () => {
    await readOn();
    const readAfter = async (milliseconds: number) => {
      clock.advance(milliseconds);
      const before = asked;
      await readOn();
      return asked > before;
    };
    expect(await readAfter(HOUR)).toBe(false);
    reader.expectNews();
    expect(await readAfter(0)).toBe(true);
    reader.expectNews();
    expect(await readAfter(MINUTE / 2)).toBe(false);
    expect(await readAfter(MINUTE)).toBe(true);
    expect(await readAfter(3 * MINUTE)).toBe(true);
    expect(await readAfter(3 * MINUTE)).toBe(false);
    expect(await readAfter(7 * HOUR)).toBe(true);
  });

  it('waits for the result of what is in progress', async () => {
    add('2026-11-21T07:00:00.000Z', { resultCode: 1, hresult: 0 });
    add('2026-11-21T07:30:00.000Z', { updateId: ID.replace('6F', '7F') });
    expect(await readOn()).toEqual(['11-21T07:30']);
    history[1] = entry('2026-11-21T07:00:00.000Z');
    later(5 * HOUR);
    expect(await readOn()).toContain('11-21T07:00');
  });

  it('goes on after a reset has emptied it', async () => {
    add('2026-11-20T12:00:00.000Z');
    await readOn();
    history = [];
    later(HOUR);
    expect(await readOn()).toEqual([]);
    add('2026-11-21T10:30:00.000Z');
    later(2 * HOUR);
    expect(await readOn()).toEqual(['11-21T10:30']);
  });

  it('goes on after the clock was years ahead', async () => {
    clock.advance(365 * 24 * HOUR);
    add('2027-11-21T07:00:00.000Z');
    await readOn();
    clock = new VirtualClock('2026-11-21T08:00:00.000Z');
    begin();
    history = [];
    add('2026-11-21T07:30:00.000Z');
    expect(await readOn()).toEqual(['11-21T07:30']);
  });
});
