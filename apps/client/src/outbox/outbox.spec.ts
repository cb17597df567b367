import { randomUUID } from 'node:crypto';
import { MAX_MESSAGE_BYTES, type Report } from '@fleetmend/client-protocol';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State } from '../state/state';
import { Outbox } from './outbox';

describe('Outbox', () => {
  let folder: string;
  let state: State;
  let outbox: Outbox;

  const reopen = () => {
    state = openState(folder, silentLog);
    outbox = new Outbox(state, silentLog);
  };
  beforeEach(() => {
    folder = temporaryFolder();
    reopen();
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const report = (content = 'x'): Report => ({
    id: randomUUID(),
    createdAt: '2026-11-21T08:00:00.000Z',
    kind: 'history',
    runId: randomUUID(),
    name: 'record',
    part: 0,
    parts: 1,
    content,
  });
  const fill = (count: number, content?: string) => {
    const reports = Array.from({ length: count }, () => report(content));
    for (const one of reports) outbox.add(one);
    return reports.map(({ id }) => id);
  };
  const batch = () => outbox.nextBatch() ?? { ids: [], reports: [], bytes: 0 };

  it('gives the oldest first, a hundred at most, and keeps them until they are accepted', () => {
    const ids = fill(150);
    expect(batch().ids).toEqual(ids.slice(0, 100));
    state.close();
    reopen();
    expect(batch().ids).toEqual(ids.slice(0, 100));
    expect(outbox.settle(batch(), { ok: true, accepted: ids.slice(0, 100), rejected: [] })).toBe(
      'settled',
    );
    expect(batch().ids).toEqual(ids.slice(100));
  });

  it('fills a message up to its largest size', () => {
    fill(20, 'ä'.repeat(60_000));
    const { reports } = batch();
    expect(Buffer.byteLength(JSON.stringify({ reports }))).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    expect(reports.length).toBeGreaterThan(5);
  });

  it('keeps what was in neither list, and sets aside what was rejected', () => {
    const [accepted, rejected, neither] = fill(3) as [string, string, string];
    outbox.settle(batch(), {
      ok: true,
      accepted: [accepted, randomUUID()],
      rejected: [
        { id: rejected, message: 'no' },
        { id: null, message: 'what?' },
      ],
    });
    expect(batch().ids).toEqual([neither]);
    expect(outbox.rejectedCount()).toBe(1);
  });

  it('removes nothing on the word of a server that names what was not sent', () => {
    const ids = fill(2);
    const sent = batch();
    const [later] = fill(1) as [string];
    outbox.settle(
      { ...sent, ids: sent.ids.slice(0, 1) },
      { ok: true, accepted: [later], rejected: [] },
    );
    expect(batch().ids).toEqual([...ids, later]);
  });

  it.each(['server-busy', 'server-error', 'unsupported-message'] as const)(
    'keeps everything after %s',
    (code) => {
      const ids = fill(3);
      expect(outbox.settle(batch(), { ok: false, code, message: '' })).toBe('again');
      expect(batch().ids).toEqual(ids);
    },
  );

  it.each(['malformed-message', 'too-large'] as const)(
    'finds the one report that is to blame for %s',
    (code) => {
      const ids = fill(40);
      const bad = ids[17]!;
      for (let rounds = 0; outbox.size() > 0 && rounds < 100; rounds += 1) {
        const sent = batch();
        outbox.settle(
          sent,
          sent.ids.includes(bad)
            ? { ok: false, code, message: '' }
            : { ok: true, accepted: [...sent.ids], rejected: [] },
        );
      }
      expect(outbox.size()).toBe(0);
      expect(state.all('SELECT id FROM rejected_reports')).toEqual([{ id: bad }]);
    },
  );

  it('is not held up by a report that fits into no message', () => {
    fill(1, 'x'.repeat(MAX_MESSAGE_BYTES));
    const [next] = fill(1);
    expect(batch().ids).toEqual([next]);
    expect(outbox.rejectedCount()).toBe(1);
  });

  it('forgets with the transaction that fails', () => {
    expect(() => {
      state.transaction(() => {
        fill(1);
        throw new Error('no');
      });
    }).toThrow('no');
    expect(outbox.size()).toBe(0);
  });

  it('fills a message as far as the link carries, and sends one report however slow it is', () => {
    const ids = fill(5, 'x'.repeat(1000));
    expect(outbox.nextBatch({ bytes: 3000 })?.ids).toEqual(ids.slice(0, 2));
    expect(outbox.nextBatch({ bytes: 10 })?.ids).toEqual(ids.slice(0, 1));
  });

  it('lets small reports go before one that does not get through, and that one at the end', () => {
    const [large] = fill(1, 'x'.repeat(5000));
    const small = fill(2);
    expect(outbox.nextBatch({ largest: 4000 })?.ids).toEqual(small);
    outbox.settle(batch(), { ok: true, accepted: [], rejected: [] });
    for (const id of small) state.run('DELETE FROM outbox WHERE id = ?', id);
    expect(outbox.nextBatch({ largest: 4000 })?.ids).toEqual([large]);
  });

  it('leaves what waits for a cheaper network', () => {
    fill(2);
    expect(outbox.nextBatch({ waits: ['history'] })).toBeUndefined();
    expect(outbox.nextBatch({ waits: ['inventory'] })?.ids).toHaveLength(2);
  });

  it('keeps the newest of those that were set aside, and not without end', () => {
    for (let round = 0; round < 6; round += 1) {
      fill(100);
      outbox.settle(batch(), {
        ok: true,
        accepted: [],
        rejected: batch().ids.map((id) => ({ id, message: 'no' })),
      });
    }
    expect(outbox.rejectedCount()).toBe(500);
  });
});
