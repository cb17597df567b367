import { randomUUID } from 'node:crypto';
import { type Report } from '@fleetmend/client-protocol';
import * as fc from 'fast-check';
import { removeTemporaryFolders, temporaryFolder } from '../../testing/temporary-folder';
import { VirtualClock } from '../../testing/virtual-clock';
import { type Session } from '../connection/connection';
import { silentLog } from '../log';
import { openState } from '../state/open-state';
import { type State, text } from '../state/state';
import { deliver } from './delivery';
import { Outbox } from './outbox';

const HOUR_MS = 3_600_000;
const base = () => ({ id: randomUUID(), createdAt: '2026-11-21T08:00:00.000Z' });

/** The state file and its statements are real, and so is delivery; the server is a list. */
describe('an outbox at its limit', () => {
  let state: State;
  let running: string;
  let ended: string;

  beforeEach(() => {
    state = openState(temporaryFolder(), silentLog);
    [running, ended] = [randomUUID(), randomUUID()];
    const run = `INSERT INTO runs (run_id, origin, definition, state, next_sequence, begun_at, ended_at)
                 VALUES (?, 'order', '{}', 'x', 0, 0, ?)`;
    state.run(run, running, null);
    state.run(run, ended, 1);
  });
  afterEach(() => {
    state.close();
    removeTemporaryFolders();
  });

  const make: Record<string, (some?: number) => Report> = {
    failure: () => ({
      ...base(),
      kind: 'failure',
      code: '0x80070002',
      phase: 'download',
      update: { kb: 'KB5068861' },
      updateKind: 'windows',
      updateSource: 'windows-update',
      occurredAt: '2026-11-21T08:00:00.000Z',
      fromBacklog: false,
      evidence: [{ source: 'event-log', record: 'x'.repeat(500) }],
    }),
    success: (some = 0) => ({
      ...base(),
      kind: 'success',
      phase: 'install',
      update: { kb: `KB50000${some % 3}` },
      occurredAt: '2026-11-21T08:00:00.000Z',
    }),
    inventory: () => ({
      ...base(),
      kind: 'inventory',
      inventory: {
        hostname: 'PC',
        os: { name: 'Windows', version: '10.0', build: 1, architecture: 'x64' },
        clientVersion: '0.1.0',
      },
    }),
    'history-ended': (some = 0) => ({ ...history(ended, some), id: randomUUID() }),
    'history-running': (some = 0) => ({ ...history(running, some), id: randomUUID() }),
    'run-event': (some = 0) => ({
      ...base(),
      kind: 'run-event',
      runId: running,
      sequence: some,
      event: 'state',
      state: 'acting',
    }),
  };
  const history = (runId: string, some: number): Report => ({
    ...base(),
    kind: 'history',
    runId,
    name: `record-${some % 2}`,
    part: Math.floor(some / 2),
    parts: 1000,
    content: 'x'.repeat(900),
  });
  const waiting = (): Report[] =>
    state
      .all('SELECT body FROM outbox ORDER BY position')
      .map((row) => JSON.parse(text(row, 'body')) as Report);
  const kindsOf = (reports: readonly Report[]) => reports.map(({ kind }) => kind);
  const count = (outbox: Outbox) =>
    outbox.dropped().reduce((sum, { count: each }) => sum + each, 0);

  it('gives up what is worth the least, in whatever order reports come', () => {
    const step = fc.record({ kind: fc.constantFrom(...Object.keys(make)), some: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        state.run('DELETE FROM outbox');
        state.run('DELETE FROM dropped_reports');
        const outbox = new Outbox(state, silentLog, { reports: 40, bytes: 25_000 });
        const added = steps.map(({ kind, some }) => make[kind]!(some));
        for (const report of added) outbox.add(report);
        const kept = waiting();
        const ids = new Set(kept.map(({ id }) => id));
        const lost = added.filter(({ id }) => !ids.has(id));
        // Order is kept, everything is accounted for, and there is an end to it.
        expect(kept.map(({ id }) => id)).toEqual(
          added.filter(({ id }) => ids.has(id)).map(({ id }) => id),
        );
        expect(count(outbox)).toBe(lost.length);
        const size = Buffer.byteLength(kept.map((report) => JSON.stringify(report)).join(''));
        const mustStay = kindsOf(kept).every((kind) => kind === 'run-event');
        expect(mustStay || (kept.length <= 40 && size <= 25_000)).toBe(true);
        expect(kindsOf(lost)).not.toContain('run-event');
        // Failures go when nothing that is worth less is left of what was there then.
        if (kindsOf(lost).includes('failure')) {
          const lastLost = added.findLastIndex(
            ({ id, kind }) => kind === 'failure' && !ids.has(id),
          );
          const older = added.slice(0, lastLost).filter(({ id }) => ids.has(id));
          expect(kindsOf(older).filter((kind) => kind === 'success')).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives up a record of history as a whole, the oldest first', () => {
    const roomy = new Outbox(state, silentLog);
    for (let some = 0; some < 10; some += 1) roomy.add(make['history-ended']!(some));
    new Outbox(state, silentLog, { reports: 10, bytes: 1e9 }).add(make['failure']!());
    const names = new Set(
      waiting().map((report) => (report.kind === 'history' ? report.name : '')),
    );
    expect(names).toEqual(new Set(['record-1', '']));
  });

  it('never counts wrong, also when a transaction fails', () => {
    const outbox = new Outbox(state, silentLog, { reports: 3, bytes: 1e9 });
    for (let some = 0; some < 3; some += 1) outbox.add(make['failure']!());
    const before = waiting();
    expect(() => {
      state.transaction(() => {
        outbox.add(make['failure']!());
        throw new Error('no');
      });
    }).toThrow('no');
    expect(waiting()).toEqual(before);
    expect(outbox.dropped()).toEqual([]);
    outbox.add(make['failure']!());
    expect(outbox.dropped()).toEqual([{ kind: 'failure', count: 2 }]);
  });

  it('tells a server that comes back after four weeks all that matters, in order, with counts that are right', async () => {
    const outbox = new Outbox(state, silentLog, { reports: 1_100, bytes: 5_000_000 });
    const added: Report[] = [];
    const add = (kind: string, some = 0) => {
      const report = make[kind]!(some);
      added.push(report);
      outbox.add(report);
    };
    for (let hour = 0; hour < 4 * 7 * 24; hour += 1) {
      add('inventory');
      add('failure');
      if (hour % 2 === 0) add('success', hour);
      if (hour % 24 === 0) {
        for (let part = 0; part < 8; part += 1) add('history-ended', part);
        for (let event = 0; event < 10; event += 1) add('run-event', hour * 10 + event);
      }
    }
    expect(added.length).toBeGreaterThan(2 * 1_000);

    const arrived: string[] = [];
    const over = new AbortController();
    const session: Session = {
      ended: over.signal,
      asked: () => Promise.resolve(),
      ask: (_, message) => {
        const { reports } = message as { reports: readonly Report[] };
        arrived.push(...reports.map(({ id }) => id));
        if (outbox.size() === reports.length) over.abort();
        return Promise.resolve({ ok: true, accepted: reports.map(({ id }) => id), rejected: [] });
      },
    };
    const waits = { baseMs: 1, capMs: HOUR_MS };
    const clock = new VirtualClock();
    await deliver({ session, outbox, clock, log: silentLog, waits, accepted: () => undefined });

    const came = new Set(arrived);
    const lost = added.filter(({ id }) => !came.has(id));
    expect(arrived).toEqual(added.filter(({ id }) => came.has(id)).map(({ id }) => id));
    expect(new Set(kindsOf(lost))).toEqual(new Set(['inventory', 'success', 'history']));
    expect(count(outbox)).toBe(lost.length);
    expect(came.has(added.findLast(({ kind }) => kind === 'inventory')!.id)).toBe(true);
    expect(outbox.size()).toBe(0);
  });
});
